using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SegTrain.Core.Files;

namespace SegTrain.Core.Predict.Files;

/// <summary>The probabilities of all planes as a NumPy array of format 1.0: little-endian float32 of shape (planes, height, width).</summary>
internal sealed class ProbabilityNpy : IPredictionSink
{
    // What the format aligns its numbers to.
    private const int Alignment = 64;

    private readonly PendingFile _file;
    private readonly (int Planes, int Height, int Width) _size;
    private readonly int _start;

    public ProbabilityNpy(string path, int planes, int width, int height)
    {
        _file = new(path);
        _size = (planes, height, width);
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({planes}, {height}, {width}), }}";
        const int Prefix = 10;
        header = header.PadRight(((Prefix + header.Length + Alignment) / Alignment * Alignment) - Prefix - 1) + "\n";
        _start = Prefix + header.Length;
        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)header.Length);
        _file.Stream.Write([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]);
        _file.Stream.Write(length);
        _file.Stream.Write(Encoding.ASCII.GetBytes(header));
    }

    public bool WantsProbabilities => true;

    public void Write(PredictedRows rows)
    {
        var row = rows.Count * _size.Width;
        for (var plane = 0; plane < _size.Planes; plane++)
        {
            _file.Stream.Position = _start + (sizeof(float) * (((long)plane * _size.Height) + rows.Top) * _size.Width);
            _file.Stream.Write(MemoryMarshal.AsBytes(rows.Probabilities.Slice(plane * row, row)));
        }
    }

    public void Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();
}
