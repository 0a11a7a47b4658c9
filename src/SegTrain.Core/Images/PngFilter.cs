using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegTrain.Core.Images;

/// <summary>Undoes the filters of PNG rows (ISO/IEC 15948, 9).</summary>
internal static class PngFilter
{
    /// <summary>Rows have this many bytes more than they need: pixels of up to eight bytes are read and written eight at a time.</summary>
    public const int Slack = 8;

    /// <param name="filter">0 to 4.</param>
    /// <param name="coded">The row as stored, without its filter byte, and <see cref="Slack"/> bytes of anything.</param>
    /// <param name="above">The row above, undone, and slack; zeros above the first.</param>
    /// <param name="row">Where the row goes; <see cref="Slack"/> longer too.</param>
    /// <param name="pixel">Bytes of a whole pixel, at least 1.</param>
    public static void Undo(int filter, ReadOnlySpan<byte> coded, ReadOnlySpan<byte> above, Span<byte> row, int pixel)
    {
        switch (filter)
        {
            case 0: coded.CopyTo(row); break;
            case 1: Sub(coded, row, pixel); break;
            case 2: Up(coded, above, row); break;
            case 3: Average(coded, above, row, pixel); break;
            case 4 when pixel >= 3: PaethPixels(coded, above, row, pixel); break;
            case 4: Paeth(coded, above, row, pixel); break;
            default: throw new InvalidDataException("the PNG file is damaged: a row has an unknown filter");
        }
    }

    private static void Sub(ReadOnlySpan<byte> coded, Span<byte> row, int pixel)
    {
        if (pixel < 3)
        {
            coded[..pixel].CopyTo(row);
            for (var i = pixel; i < row.Length; i++)
                row[i] = (byte)(coded[i] + row[i - pixel]);
            return;
        }

        var left = Vector128<byte>.Zero;
        for (var i = 0; i < row.Length - Slack; i += pixel)
        {
            left += Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(coded[i..])).AsByte();
            MemoryMarshal.Write(row[i..], left.AsUInt64().ToScalar());
        }
    }

    private static void Up(ReadOnlySpan<byte> coded, ReadOnlySpan<byte> above, Span<byte> row)
    {
        var i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            (new Vector<byte>(coded[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++)
            row[i] = (byte)(coded[i] + above[i]);
    }

    private static void Average(ReadOnlySpan<byte> coded, ReadOnlySpan<byte> above, Span<byte> row, int pixel)
    {
        for (var i = 0; i < pixel; i++)
            row[i] = (byte)(coded[i] + (above[i] >> 1));
        for (var i = pixel; i < row.Length; i++)
            row[i] = (byte)(coded[i] + ((row[i - pixel] + above[i]) >> 1));
    }

    private static void Paeth(ReadOnlySpan<byte> coded, ReadOnlySpan<byte> above, Span<byte> row, int pixel)
    {
        for (var i = 0; i < pixel; i++)
            row[i] = (byte)(coded[i] + above[i]);
        for (var i = pixel; i < row.Length; i++)
        {
            int a = row[i - pixel], b = above[i], c = above[i - pixel];
            var (pa, pb, pc) = (Math.Abs(b - c), Math.Abs(a - c), Math.Abs(a + b - c - c));
            var ab = pb < pa ? b : a;
            row[i] = (byte)(coded[i] + (pc < Math.Min(pa, pb) ? c : ab));
        }
    }

    // All samples of a pixel at once. What is written past a pixel is overwritten by the next one.
    private static void PaethPixels(ReadOnlySpan<byte> coded, ReadOnlySpan<byte> above, Span<byte> row, int pixel)
    {
        var (left, corner) = (Vector128<short>.Zero, Vector128<short>.Zero);
        for (var i = 0; i < row.Length - Slack; i += pixel)
        {
            var up = Eight(above, i);
            var (pa, pb) = (up - corner, left - corner);
            var pc = Vector128.Abs(pa + pb);
            (pa, pb) = (Vector128.Abs(pa), Vector128.Abs(pb));
            var least = Vector128.Min(pc, Vector128.Min(pa, pb));
            var nearest = Vector128.ConditionalSelect(
                Vector128.Equals(least, pa), left, Vector128.ConditionalSelect(Vector128.Equals(least, pb), up, corner));
            left = (Eight(coded, i) + nearest) & Vector128.Create((short)255);
            corner = up;
            MemoryMarshal.Write(row[i..], Vector128.Narrow(left.AsUInt16(), left.AsUInt16()).AsUInt64().ToScalar());
        }
    }

    private static Vector128<short> Eight(ReadOnlySpan<byte> bytes, int at) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(bytes[at..])).AsByte()).AsInt16();
}
