// dotnet run --project examples/MlNet -- model-256x320.onnx image.png mask.png
// A model of RGB images that 'segtrain export RUN --format onnx --size 256x320' wrote, and an image of that size.
using Microsoft.ML;
using Microsoft.ML.Data;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

using var image = Image.Load<Rgb24>(args[1]);
var (width, height) = (image.Width, image.Height);
var row = new Row { image = new float[3 * height * width] };
for (var y = 0; y < height; y++)
{
    for (var x = 0; x < width; x++)
    {
        var (pixel, color) = (y * width + x, image[x, y]);
        (row.image[pixel], row.image[pixel + height * width], row.image[pixel + 2 * height * width]) = (color.R / 255f, color.G / 255f, color.B / 255f);
    }
}

// Columns are called as the model's input and outputs; the size of a vector is a part of its type.
var context = new MLContext();
var schema = SchemaDefinition.Create(typeof(Row));
schema[nameof(Row.image)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1, 3, height, width);
var rows = context.Data.LoadFromEnumerable([row], schema);
var predicted = context.Transforms.ApplyOnnxModel(["classes"], ["image"], args[0]).Fit(rows).Transform(rows);

using var mask = Image.LoadPixelData<L8>(predicted.GetColumn<byte[]>("classes").Single(), width, height);
mask.SaveAsPng(args[2]);

internal sealed class Row
{
    public float[] image = [];
}
