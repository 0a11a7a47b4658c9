using SegTrain.Core.Files;
using SegTrain.Core.Images;

namespace SegTrain.Core.Predict.Files;

/// <summary>The class map of an image as PNG: class indices, or of two classes or a label 0 and 255.</summary>
/// <param name="path">The file to be.</param>
/// <param name="width">Of the image.</param>
/// <param name="height">Of the image.</param>
/// <param name="style">How it shows its classes.</param>
/// <param name="colors">Of the classes in the order of their index.</param>
/// <param name="label">Which plane of labels that may overlap; null where each pixel has one class.</param>
internal sealed class MaskFile(string path, int width, int height, MaskStyle style, IReadOnlyList<(byte, byte, byte)> colors, int? label) : IPredictionSink
{
    private readonly PngFile _png = new(path, width, height, channels: 1, bits: 8, style == MaskStyle.Palette ? colors : null);
    private readonly byte[] _row = new byte[width];

    public void Write(PredictedRows rows)
    {
        var plane = rows.Classes.Slice((label ?? 0) * rows.Count * width, rows.Count * width);
        for (var y = 0; y < rows.Count; y++)
        {
            plane.Slice(y * width, width).CopyTo(_row);
            if (style == MaskStyle.Binary)
            {
                for (var x = 0; x < width; x++) _row[x] = _row[x] == 0 ? byte.MinValue : byte.MaxValue;
            }
            _png.Write(_row);
        }
    }

    public void Complete() => _png.Complete();

    public void Dispose() => _png.Dispose();
}

/// <summary>A PNG file that is written row by row.</summary>
internal sealed class PngFile : IDisposable
{
    private readonly PendingFile _file;
    private readonly PngRows _rows;

    public PngFile(string path, int width, int height, int channels, int bits, IReadOnlyList<(byte, byte, byte)>? palette = null)
    {
        _file = new(path);
        _rows = new(_file.Stream, width, height, channels, bits, palette);
    }

    public void Write(ReadOnlySpan<byte> row) => _rows.Write(row);

    public void Complete()
    {
        _rows.Complete();
        _file.Complete();
    }

    public void Dispose()
    {
        _rows.Dispose();
        _file.Dispose();
    }
}
