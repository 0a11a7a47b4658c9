using System.Numerics;

namespace SegTrain.Kernels;

/// <summary>
/// The class of each pixel: the plane in which it is largest, or whether it exceeds a limit. As LibTorch has it, the first of equal planes is the largest, and what is
/// not a number is larger than any number.
/// <code>y[n, i] = argmax_c x[n, c, i]        y[i] = x[i] > limit</code>
/// </summary>
/// <remarks>Pointers are to float32 values, aligned to 4 bytes, and to bytes; nothing beyond them is read or written. Nothing is rounded.</remarks>
public static unsafe class ClassOfPixel
{
    // A stretch of one plane that stays in the nearest cache with what is known of it.
    private const int Stretch = 2048;

    /// <param name="images">N.</param>
    /// <param name="planes">C, from 1 to 256.</param>
    /// <param name="pixels">Of a plane.</param>
    /// <param name="x">(N, C, pixels).</param>
    /// <param name="y">(N, pixels), written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Largest(long images, int planes, long pixels, float* x, byte* y, int threads)
    {
        var stretches = (pixels + Stretch - 1) / Stretch;
        Shares.Run(images * stretches, (long)Stretch * planes, threads, (from, to) =>
        {
            Span<float> best = stackalloc float[Stretch];
            Span<int> index = stackalloc int[Stretch];
            for (var stretch = from; stretch < to; stretch++)
            {
                var (image, first) = (stretch / stretches, stretch % stretches * Stretch);
                var count = (int)Math.Min(Stretch, pixels - first);
                new ReadOnlySpan<float>(x + (image * planes * pixels) + first, count).CopyTo(best);
                index.Clear();
                for (var plane = 1; plane < planes; plane++) Improve(new(x + (((image * planes) + plane) * pixels) + first, count), plane, best, index);
                var result = y + (image * pixels) + first;
                for (var i = 0; i < count; i++) result[i] = (byte)index[i];
            }
        });
    }

    /// <param name="count">How many numbers there are.</param>
    /// <param name="limit">What is to be exceeded.</param>
    /// <param name="x">The numbers.</param>
    /// <param name="y">0 or 1 of each, written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Above(long count, float limit, float* x, byte* y, int threads) => Shares.Run((count + Stretch - 1) / Stretch, Stretch, threads, (from, to) =>
    {
        for (var i = from * Stretch; i < Math.Min(count, to * Stretch); i++) y[i] = x[i] > limit ? (byte)1 : (byte)0;
    });

    private static void Improve(ReadOnlySpan<float> x, int plane, Span<float> best, Span<int> index)
    {
        var i = 0;
        for (var wide = new Vector<int>(plane); i <= x.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var (value, before) = (new Vector<float>(x[i..]), new Vector<float>(best[i..]));
            // Not "greater": what is no number is neither greater nor less, and nothing comes after the first such one.
            var larger = Vector.AndNot(Vector.Equals(before, before), Vector.LessThanOrEqual(value, before));
            Vector.ConditionalSelect(larger, value, before).CopyTo(best[i..]);
            Vector.ConditionalSelect(larger, wide, new Vector<int>(index[i..])).CopyTo(index[i..]);
        }
        for (; i < x.Length; i++)
        {
            if (x[i] <= best[i] || float.IsNaN(best[i])) continue;
            (best[i], index[i]) = (x[i], plane);
        }
    }
}
