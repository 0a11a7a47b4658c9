using System.Runtime.InteropServices;

namespace SegTrain.Core.Predict.Files;

/// <summary>The probabilities of one plane as grey levels of 16 bits: 65535 is 1.</summary>
internal sealed class ProbabilityPng(string path, int width, int height, int plane) : IPredictionSink
{
    private readonly PngFile _png = new(path, width, height, channels: 1, bits: 16);
    private readonly ushort[] _row = new ushort[width];

    public bool WantsProbabilities => true;

    public void Write(PredictedRows rows)
    {
        var probabilities = rows.Probabilities.Slice(plane * rows.Count * width, rows.Count * width);
        for (var y = 0; y < rows.Count; y++)
        {
            for (var x = 0; x < width; x++) _row[x] = (ushort)MathF.Round(probabilities[(y * width) + x] * ushort.MaxValue);
            _png.Write(MemoryMarshal.AsBytes<ushort>(_row));
        }
    }

    public void Complete() => _png.Complete();

    public void Dispose() => _png.Dispose();
}
