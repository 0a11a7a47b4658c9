// dotnet run --project examples/OnnxRuntime -- model.onnx image.png mask.png
// A model of RGB images that 'segtrain export RUN --format onnx' wrote; the mask has the index of each pixel's class.
using Microsoft.ML.OnnxRuntime;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

using var image = Image.Load<Rgb24>(args[1]);
var (width, height) = (image.Width, image.Height);
var planes = new float[3 * height * width];
for (var y = 0; y < height; y++)
{
    for (var x = 0; x < width; x++)
    {
        var (pixel, color) = (y * width + x, image[x, y]);
        (planes[pixel], planes[pixel + height * width], planes[pixel + 2 * height * width]) = (color.R / 255f, color.G / 255f, color.B / 255f);
    }
}

// A session takes a while to make and may serve many images, from many threads.
using var session = new InferenceSession(args[0]);
using var options = new RunOptions();
using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, height, width]);
using var outputs = session.Run(options, ["image"], [input], ["classes"]);

// (1, height, width), one byte a pixel: a picture as it is.
using var mask = Image.LoadPixelData<L8>(outputs[0].GetTensorDataAsSpan<byte>(), width, height);
mask.SaveAsPng(args[2]);
