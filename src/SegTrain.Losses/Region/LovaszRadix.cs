using System.Buffers;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// The steps of <see cref="LovaszSteps"/> for float32 on the CPU. LibTorch sorts there by comparison and carries the order along; a radix
/// sort of the bits, of only the pixels that have an error, takes a tenth of the time, and the steps follow in one walk over it.
/// </summary>
internal static class LovaszRadix
{
    // 31 bits, for an error has no sign, in three digits.
    private const int Digits = 3;
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;
    private const uint Magnitude = 0x7FFF_FFFF;

    /// <summary>The steps of every row.</summary>
    /// <param name="errors">(N, C, P), contiguous, float32, 0 and up.</param>
    /// <param name="inside">0 and 1, contiguous, float32.</param>
    /// <returns>(N, C, P); 0 where the error is 0, for it is multiplied with it.</returns>
    internal static Tensor Steps(Tensor errors, Tensor inside)
    {
        var steps = zeros(errors.shape);
        var pixels = (int)errors.shape[2];
        var rows = (int)(errors.shape[0] * errors.shape[1]);
        Parallel.For(0, rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, row =>
        {
            var (sorted, spare) = (ArrayPool<ulong>.Shared.Rent(pixels), ArrayPool<ulong>.Shared.Rent(pixels));
            var truth = Row(inside, row, pixels);
            var order = Falling(Row(errors, row, pixels), sorted, spare);
            Walk(order, truth, Row(steps, row, pixels));
            ArrayPool<ulong>.Shared.Return(sorted);
            ArrayPool<ulong>.Shared.Return(spare);
        });
        return steps;
    }

    private static Span<float> Row(Tensor tensor, int row, int pixels) =>
        MemoryMarshal.Cast<byte, float>(tensor.bytes).Slice(row * pixels, pixels);

    /// <summary>The pixels with an error, largest first: the place in the low half, the sort key in the high half.</summary>
    private static ReadOnlySpan<ulong> Falling(ReadOnlySpan<float> errors, ulong[] sorted, ulong[] spare)
    {
        var starts = new int[Digits * Buckets];
        var count = 0;
        for (var i = 0; i < errors.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits(errors[i]) & Magnitude;
            if (bits == 0) continue;
            var key = Magnitude - bits;
            for (var digit = 0; digit < Digits; digit++) starts[Bucket(key, digit)]++;
            sorted[count++] = ((ulong)key << 32) | (uint)i;
        }
        for (var digit = 0; digit < Digits; digit++)
        {
            var next = 0;
            foreach (ref var start in starts.AsSpan(digit * Buckets, Buckets)) (start, next) = (next, next + start);
            foreach (var item in sorted.AsSpan(0, count)) spare[starts[Bucket((uint)(item >> 32), digit)]++] = item;
            (sorted, spare) = (spare, sorted);
        }
        return sorted.AsSpan(0, count);
    }

    private static int Bucket(uint key, int digit) => digit * Buckets + (int)((key >> (digit * DigitBits)) & (Buckets - 1));

    private static void Walk(ReadOnlySpan<ulong> order, ReadOnlySpan<float> inside, Span<float> steps)
    {
        var left = 0L;
        foreach (var truth in inside) left += truth > 0 ? 1 : 0;
        for (var i = 0; i < order.Length; i++)
        {
            var pixel = (int)(uint)order[i];
            var isInside = inside[pixel] > 0;
            if (isInside) left--;
            double union = left + i + 1;
            steps[pixel] = (float)(isInside || union == 1 ? 1 / union : left / (union * (union - 1)));
        }
    }
}
