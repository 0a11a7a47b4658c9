using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>
/// Batch normalisation (Ioffe &amp; Szegedy 2015, arXiv:1502.03167) and the ReLU behind it, over (N, C, P), dense, float32.
/// <code>y[n, c, i] = max(0, (x[n, c, i] - mean[c]) / sqrt(variance[c] + epsilon) scale[c] + shift[c])</code>
/// Moments are sums of float32 over at most 1,024 distances from their mean, and float64 above; their order depends on sizes and the machine's vectors, not on threads.
/// What is not a number stays so.
/// </summary>
/// <remarks>Pointers are to float32 values, aligned to 4 bytes; nothing beyond them is read or written. Arrays have a place for each channel.</remarks>
public static unsafe class BatchNormRelu
{
    /// <summary>Mean and variance of each channel.</summary>
    /// <param name="size">(N, C, P), P from 1.</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static ChannelMoments[] Moments(in ChannelSize size, float* x, int threads) =>
        Vector512.IsHardwareAccelerated ? MomentsWalk<Lanes16>.Run(size, x, threads)
        : Vector256.IsHardwareAccelerated ? MomentsWalk<Lanes8>.Run(size, x, threads)
        : MomentsWalk<Lanes4>.Run(size, x, threads);

    /// <summary>What is normalised, and 0 where it is below.</summary>
    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="lines">Of the moments that x is normalised by.</param>
    /// <param name="y">(N, C, P), written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Forward(in ChannelSize size, float* x, ChannelLine[] lines, float* y, int threads)
    {
        if (Vector512.IsHardwareAccelerated) BatchNormReluWalk<Lanes16>.Forward(size, x, lines, y, threads);
        else if (Vector256.IsHardwareAccelerated) BatchNormReluWalk<Lanes8>.Forward(size, x, lines, y, threads);
        else BatchNormReluWalk<Lanes4>.Forward(size, x, lines, y, threads);
    }

    /// <summary>What the gradients by scale and shift are made of. Which y are 0 is computed from x once more, by the same operations: that is less to read than y.</summary>
    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="gradient">By y, (N, C, P).</param>
    /// <param name="lines">As the forward walk had them.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static ChannelSums[] Sums(in ChannelSize size, float* x, float* gradient, ChannelLine[] lines, int threads) =>
        Vector512.IsHardwareAccelerated ? BatchNormReluWalk<Lanes16>.Sums(size, x, gradient, lines, threads)
        : Vector256.IsHardwareAccelerated ? BatchNormReluWalk<Lanes8>.Sums(size, x, gradient, lines, threads)
        : BatchNormReluWalk<Lanes4>.Sums(size, x, gradient, lines, threads);

    /// <summary>The gradient by x.</summary>
    /// <param name="size">(N, C, P).</param>
    /// <param name="x">(N, C, P).</param>
    /// <param name="gradient">By y, (N, C, P).</param>
    /// <param name="lines">As the forward walk had them.</param>
    /// <param name="slopes">What x takes part in the moments; null where those are given.</param>
    /// <param name="result">(N, C, P), written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void InputGradient(in ChannelSize size, float* x, float* gradient, ChannelLine[] lines, ChannelSlope[]? slopes, float* result, int threads)
    {
        if (Vector512.IsHardwareAccelerated) BatchNormReluWalk<Lanes16>.InputGradient(size, x, gradient, lines, slopes, result, threads);
        else if (Vector256.IsHardwareAccelerated) BatchNormReluWalk<Lanes8>.InputGradient(size, x, gradient, lines, slopes, result, threads);
        else BatchNormReluWalk<Lanes4>.InputGradient(size, x, gradient, lines, slopes, result, threads);
    }
}
