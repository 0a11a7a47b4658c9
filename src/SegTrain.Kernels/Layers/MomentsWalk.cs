using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>
/// Mean and variance, block by block: a block is read once for its mean and, as long as it lies in the nearest cache, once for the squares of the distances from it.
/// So the variance is right however far the mean is from 0.
/// </summary>
internal static unsafe class MomentsWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="threads">How many may take part.</param>
    public static ChannelMoments[] Run(ChannelSize size, float* x, int threads)
    {
        var cut = ChannelCut.Of(size);
        var parts = new Part[cut.Groups * size.Channels];
        Shares.Run(parts.Length, (long)cut.Together * size.Pixels, threads, (from, to) =>
        {
            for (var part = from; part < to; part++) parts[part] = OfPlanes(cut.At(part, x), cut.Stride, cut.Planes(part), size.Pixels);
        });
        var moments = new ChannelMoments[size.Channels];
        for (var c = 0; c < moments.Length; c++)
        {
            var all = default(Part);
            for (var group = 0; group < cut.Groups; group++) all = all.With(parts[group * size.Channels + c]);
            moments[c] = new(all.Mean, all.Squares / all.Count);
        }
        return moments;
    }

    private static Part OfPlanes(float* x, long stride, int planes, int pixels)
    {
        var all = default(Part);
        for (var i = 0; i < pixels; i += ChannelCut.Block) all = all.With(OfBlock(x + i, stride, planes, Math.Min(ChannelCut.Block, pixels - i)));
        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Part OfBlock(float* x, long stride, int planes, int pixels)
    {
        // Four sums, so that one addition need not wait for the other.
        TLanes a0 = default, a1 = default, a2 = default, a3 = default;
        var sum = 0.0;
        for (var plane = 0; plane < planes; plane++)
        {
            var (i, from) = (0, (nint)(plane * stride));
            for (; i + 4 * TLanes.Count <= pixels; i += 4 * TLanes.Count)
            {
                var at = x + from + i;
                (a0, a1) = (a0 + TLanes.Load(at), a1 + TLanes.Load(at + TLanes.Count));
                (a2, a3) = (a2 + TLanes.Load(at + 2 * TLanes.Count), a3 + TLanes.Load(at + 3 * TLanes.Count));
            }
            for (; i + TLanes.Count <= pixels; i += TLanes.Count) a0 += TLanes.Load(x + from + i);
            for (; i < pixels; i++) sum += x[from + i];
        }
        double count = (double)planes * pixels;
        var about = (float)((sum + (a0 + a1 + (a2 + a3)).Sum()) / count);

        var center = TLanes.Broadcast(about);
        TLanes b0 = default, b1 = default, b2 = default, b3 = default;
        (a0, a1, a2, a3) = (default, default, default, default);
        var (distance, squares) = (0.0, 0.0);
        for (var plane = 0; plane < planes; plane++)
        {
            var (i, from) = (0, (nint)(plane * stride));
            for (; i + 4 * TLanes.Count <= pixels; i += 4 * TLanes.Count)
            {
                var at = x + from + i;
                var (d0, d1) = (TLanes.Load(at) - center, TLanes.Load(at + TLanes.Count) - center);
                var (d2, d3) = (TLanes.Load(at + 2 * TLanes.Count) - center, TLanes.Load(at + 3 * TLanes.Count) - center);
                (a0, a1, a2, a3) = (a0 + d0, a1 + d1, a2 + d2, a3 + d3);
                (b0, b1) = (TLanes.MultiplyAdd(d0, d0, b0), TLanes.MultiplyAdd(d1, d1, b1));
                (b2, b3) = (TLanes.MultiplyAdd(d2, d2, b2), TLanes.MultiplyAdd(d3, d3, b3));
            }
            for (; i + TLanes.Count <= pixels; i += TLanes.Count)
            {
                var d = TLanes.Load(x + from + i) - center;
                (a0, b0) = (a0 + d, TLanes.MultiplyAdd(d, d, b0));
            }
            for (; i < pixels; i++)
            {
                var d = (double)x[from + i] - about;
                (distance, squares) = (distance + d, squares + d * d);
            }
        }
        (distance, squares) = (distance + (a0 + a1 + (a2 + a3)).Sum(), squares + (b0 + b1 + (b2 + b3)).Sum());
        // How far the block's mean is from the number beside it.
        return new(count, about + distance / count, squares - distance * distance / count);
    }

    /// <param name="Count">Numbers.</param>
    /// <param name="Mean">Theirs.</param>
    /// <param name="Squares">Sum of the squares of their distances from it.</param>
    private readonly record struct Part(double Count, double Mean, double Squares)
    {
        /// <summary>Chan, Golub &amp; LeVeque 1983, doi:10.1080/00031305.1983.10483115.</summary>
        public Part With(Part other)
        {
            if (Count == 0) return other;
            var (count, apart) = (Count + other.Count, other.Mean - Mean);
            return new(count, Mean + apart * (other.Count / count), Squares + other.Squares + apart * apart * (Count * other.Count / count));
        }
    }
}
