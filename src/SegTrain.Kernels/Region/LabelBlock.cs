using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>Labels of a few pixels as int, which every class is compared with.</summary>
internal static class LabelBlock
{
    /// <summary>Most pixels of a block: with the probabilities of one class they fit into the first cache.</summary>
    public const int Size = 1024;

    /// <summary>Pixels that are added up at once; a block is filled up to a multiple of it with what does not count.</summary>
    public const int Step = 32;

    /// <param name="labels">At most <see cref="Size"/>.</param>
    /// <param name="buffer"><see cref="Size"/> numbers.</param>
    /// <param name="filling">What stands behind the labels.</param>
    /// <returns>The part of the buffer that is filled.</returns>
    public static ReadOnlySpan<int> Read<T>(ReadOnlySpan<T> labels, Span<int> buffer, int filling)
        where T : unmanaged
    {
        if (typeof(T) == typeof(byte)) Widen(MemoryMarshal.Cast<T, byte>(labels), buffer);
        else if (typeof(T) == typeof(long)) Narrow(MemoryMarshal.Cast<T, long>(labels), buffer);
        else throw new NotSupportedException($"labels of type {typeof(T)}");
        var filled = buffer[..((labels.Length + Step - 1) / Step * Step)];
        filled[labels.Length..].Fill(filling);
        return filled;
    }

    private static void Widen(ReadOnlySpan<byte> labels, Span<int> buffer)
    {
        var whole = labels.Length / Vector256<byte>.Count * Vector256<byte>.Count;
        var wide = MemoryMarshal.Cast<int, Vector256<int>>(buffer[..whole]);
        var narrow = MemoryMarshal.Cast<byte, Vector256<byte>>(labels);
        for (var i = 0; i < narrow.Length; i++)
        {
            var (low, high) = Vector256.Widen(narrow[i]);
            var into = wide.Slice(4 * i, 4);
            (into[0], into[1]) = Vector256.Widen(low.AsInt16());
            (into[2], into[3]) = Vector256.Widen(high.AsInt16());
        }
        for (var i = whole; i < labels.Length; i++) buffer[i] = labels[i];
    }

    private static void Narrow(ReadOnlySpan<long> labels, Span<int> buffer)
    {
        var wide = MemoryMarshal.Cast<long, Vector256<long>>(labels);
        var narrow = MemoryMarshal.Cast<int, Vector256<int>>(buffer);
        for (var i = 0; i < wide.Length / 2; i++) narrow[i] = Vector256.NarrowWithSaturation(wide[2 * i], wide[(2 * i) + 1]);
        for (var i = wide.Length / 2 * Vector256<int>.Count; i < labels.Length; i++) buffer[i] = int.CreateSaturating(labels[i]);
    }
}
