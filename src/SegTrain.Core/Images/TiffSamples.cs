using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SegTrain.Core.Images;

/// <summary>
/// Makes of the bytes of a row of a TIFF block samples of 8, 16 or 32 bits in the machine's byte order. Samples of other depths are scaled to the full
/// range of the next larger one, but for positions in a palette.
/// </summary>
internal sealed class TiffSamples(TiffLayout layout)
{
    private readonly bool _swapped = BitConverter.IsLittleEndian != layout.LittleEndian;
    private readonly ushort[] _levels = Levels(layout);
    private readonly byte[] _bytes = new byte[layout.Predictor == 3 ? (int)layout.Stride : 0];

    /// <summary>Bytes of a sample.</summary>
    public int Size => layout.Bits > 16 ? 4 : layout.Bits > 8 ? 2 : 1;

    /// <param name="stored">The row of a block, which is changed.</param>
    /// <param name="count">Samples wanted of it.</param>
    /// <param name="into">Where they go.</param>
    /// <param name="step">From one of them to the next, in samples.</param>
    public void Unpack(Span<byte> stored, int count, Span<byte> into, int step)
    {
        switch (layout.Bits)
        {
            case 8:
                Sum<byte>(stored);
                Place<byte>(stored, count, into, step);
                break;
            case 16:
                var words = MemoryMarshal.Cast<byte, ushort>(stored);
                if (_swapped)
                    BinaryPrimitives.ReverseEndianness(words, words);
                Sum(words);
                Place<ushort>(words, count, MemoryMarshal.Cast<byte, ushort>(into), step);
                break;
            case 32:
                Floats(stored, count, into, step);
                break;
            case < 8:
                Bits<byte>(stored, count, into, step);
                break;
            default:
                Bits(stored, count, MemoryMarshal.Cast<byte, ushort>(into), step);
                break;
        }
    }

    private void Floats(Span<byte> stored, int count, Span<byte> into, int step)
    {
        var values = MemoryMarshal.Cast<byte, uint>(stored);
        if (layout.Predictor == 3)
            Gather(stored);
        else if (_swapped)
            BinaryPrimitives.ReverseEndianness(values, values);
        if (layout.Predictor == 2)
            Sum(values);
        Place<uint>(values, count, MemoryMarshal.Cast<byte, uint>(into), step);
    }

    // Predictor 2: each sample is stored as its difference from the one of the pixel before.
    private void Sum<T>(Span<T> samples)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        if (layout.Predictor != 2)
            return;
        for (var i = layout.SamplesInPlane; i < samples.Length; i++)
            samples[i] = unchecked(samples[i] + samples[i - layout.SamplesInPlane]);
    }

    // Predictor 3 (TIFF Technical Note 3): the highest bytes of all floats, then the next ones, and so on, all as differences; so in either byte order.
    private void Gather(Span<byte> stored)
    {
        for (var i = layout.SamplesInPlane; i < stored.Length; i++)
            stored[i] += stored[i - layout.SamplesInPlane];
        stored.CopyTo(_bytes);
        var values = MemoryMarshal.Cast<byte, uint>(stored);
        for (var (i, count) = (0, values.Length); i < count; i++)
            values[i] = (uint)((_bytes[i] << 24) | (_bytes[count + i] << 16) | (_bytes[(2 * count) + i] << 8) | _bytes[(3 * count) + i]);
    }

    private static void Place<T>(ReadOnlySpan<T> samples, int count, Span<T> into, int step)
    {
        if (step == 1)
        {
            samples[..count].CopyTo(into);
            return;
        }

        for (var (i, at) = (0, 0); i < count; i++, at += step)
            into[at] = samples[i];
    }

    // From the highest bit of a byte on, whatever the byte order.
    private void Bits<T>(ReadOnlySpan<byte> stored, int count, Span<T> into, int step)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        var (bits, mask) = (layout.Bits, (1 << layout.Bits) - 1);
        for (var (i, bit, at) = (0, 0L, 0); i < count; i++, bit += bits, at += step)
        {
            var first = (int)(bit >> 3);
            var three = (stored[first] << 16) | (first + 1 < stored.Length ? stored[first + 1] << 8 : 0) | (first + 2 < stored.Length ? stored[first + 2] : 0);
            into[at] = T.CreateTruncating(_levels[(three >> (24 - bits - (int)(bit & 7))) & mask]);
        }
    }

    private static ushort[] Levels(TiffLayout layout)
    {
        if (layout.Bits is 8 or >= 16)
            return [];
        var (most, full) = ((1 << layout.Bits) - 1, layout.Bits < 8 ? byte.MaxValue : ushort.MaxValue);
        return [.. Enumerable.Range(0, most + 1).Select(level => (ushort)(TiffColors.AreIndices(layout) ? level : ((level * full) + (most / 2)) / most))];
    }
}
