using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>Plane by plane of a batch, each with the numbers of its channel; what is left of a plane behind its last whole vector goes one by one.</summary>
internal static unsafe class BatchNormReluWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="lines">(C).</param>
    /// <param name="y">(N, C, P).</param>
    /// <param name="threads">How many may take part.</param>
    public static void Forward(ChannelSize size, float* x, ChannelLine[] lines, float* y, int threads) => ForEach(size, threads, (channel, plane) =>
        Write(x + plane * size.Pixels, lines[channel], size.Pixels, y + plane * size.Pixels));

    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="gradient">(N, C, P).</param>
    /// <param name="lines">(C).</param>
    /// <param name="threads">How many may take part.</param>
    public static ChannelSums[] Sums(ChannelSize size, float* x, float* gradient, ChannelLine[] lines, int threads)
    {
        var cut = ChannelCut.Of(size);
        var parts = new ChannelSums[cut.Groups * size.Channels];
        Shares.Run(parts.Length, (long)cut.Together * size.Pixels, threads, (from, to) =>
        {
            for (var part = from; part < to; part++)
                parts[part] = OfPlanes(cut.At(part, x), cut.At(part, gradient), lines[part % size.Channels], cut.Stride, cut.Planes(part), size.Pixels);
        });
        var sums = parts[..size.Channels];
        for (var group = 1; group < cut.Groups; group++)
        {
            for (var c = 0; c < size.Channels; c++) sums[c] = Plus(sums[c], parts[group * size.Channels + c]);
        }
        return sums;
    }

    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="gradient">(N, C, P).</param>
    /// <param name="lines">(C).</param>
    /// <param name="slopes">(C), or null.</param>
    /// <param name="result">(N, C, P).</param>
    /// <param name="threads">How many may take part.</param>
    public static void InputGradient(ChannelSize size, float* x, float* gradient, ChannelLine[] lines, ChannelSlope[]? slopes, float* result, int threads) =>
        ForEach(size, threads, (channel, plane) =>
        {
            var at = plane * size.Pixels;
            WriteGradient(x + at, gradient + at, lines[channel], slopes?[channel], size.Pixels, result + at);
        });

    private static ChannelSums Plus(ChannelSums a, ChannelSums b) => new(a.Gradient + b.Gradient, a.Distance + b.Distance);

    private static void ForEach(ChannelSize size, int threads, Action<int, long> body) => Shares.Run(size.Planes, size.Pixels, threads, (from, to) =>
    {
        for (var plane = from; plane < to; plane++) body((int)(plane % size.Channels), plane);
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Write(float* x, ChannelLine line, int pixels, float* y)
    {
        var (mean, factor, addend) = (TLanes.Broadcast(line.Mean), TLanes.Broadcast(line.Factor), TLanes.Broadcast(line.Addend));
        var whole = pixels - pixels % TLanes.Count;
        for (var i = 0; i < whole; i += TLanes.Count) TLanes.Relu(TLanes.MultiplyAdd(TLanes.Load(x + i) - mean, factor, addend)).Store(y + i);
        for (var i = whole; i < pixels; i++) y[i] = MathF.Max(line.At(x[i]), 0);
    }

    private static ChannelSums OfPlanes(float* x, float* gradient, ChannelLine line, long stride, int planes, int pixels)
    {
        var sums = default(ChannelSums);
        for (var i = 0; i < pixels; i += ChannelCut.Block)
            sums = Plus(sums, OfBlock(x + i, gradient + i, line, stride, planes, Math.Min(ChannelCut.Block, pixels - i)));
        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ChannelSums OfBlock(float* x, float* gradient, ChannelLine line, long stride, int planes, int pixels)
    {
        var (mean, factor, addend) = (TLanes.Broadcast(line.Mean), TLanes.Broadcast(line.Factor), TLanes.Broadcast(line.Addend));
        TLanes zero = default, ofGradient = default, ofDistance = default;
        var sums = default(ChannelSums);
        var whole = pixels - pixels % TLanes.Count;
        for (var plane = 0; plane < planes; plane++, x += stride, gradient += stride)
        {
            for (var i = 0; i < whole; i += TLanes.Count)
            {
                var distance = TLanes.Load(x + i) - mean;
                var g = TLanes.Choose(TLanes.IsLarger(TLanes.MultiplyAdd(distance, factor, addend), zero), TLanes.Load(gradient + i), zero);
                (ofGradient, ofDistance) = (ofGradient + g, TLanes.MultiplyAdd(g, distance, ofDistance));
            }
            for (var i = whole; i < pixels; i++)
            {
                var g = line.At(x[i]) <= 0 ? 0 : gradient[i];
                sums = Plus(sums, new(g, (double)g * (x[i] - line.Mean)));
            }
        }
        return Plus(sums, new(ofGradient.Sum(), ofDistance.Sum()));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WriteGradient(float* x, float* gradient, ChannelLine line, ChannelSlope? slope, int pixels, float* result)
    {
        var (mean, factor, addend) = (TLanes.Broadcast(line.Mean), TLanes.Broadcast(line.Factor), TLanes.Broadcast(line.Addend));
        var (takesPart, given) = (slope.HasValue, slope.GetValueOrDefault());
        var (ofDistance, constant) = (TLanes.Broadcast(given.OfDistance), TLanes.Broadcast(given.Constant));
        TLanes zero = default;
        var whole = pixels - pixels % TLanes.Count;
        for (var i = 0; i < whole; i += TLanes.Count)
        {
            var distance = TLanes.Load(x + i) - mean;
            var g = TLanes.Choose(TLanes.IsLarger(TLanes.MultiplyAdd(distance, factor, addend), zero), TLanes.Load(gradient + i), zero);
            var dx = TLanes.MultiplyAdd(g, factor, constant);
            // Else an infinite x, whose y may be 0, would have no gradient.
            if (takesPart) dx = TLanes.MultiplyAdd(distance, ofDistance, dx);
            dx.Store(result + i);
        }
        for (var i = whole; i < pixels; i++)
        {
            var dx = float.MultiplyAddEstimate(line.At(x[i]) <= 0 ? 0 : gradient[i], line.Factor, given.Constant);
            result[i] = takesPart ? float.MultiplyAddEstimate(x[i] - line.Mean, given.OfDistance, dx) : dx;
        }
    }
}
