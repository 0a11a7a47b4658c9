using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>Planes of what is joined, as many in a row as come from one side; the last vector of a line overlaps the one before, which writes the same once more.</summary>
internal static unsafe class CatPixelShuffleWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="size">What is joined.</param>
    /// <param name="skip">(N, A, 2H, 2W).</param>
    /// <param name="blocks">(N, 4B, H, W).</param>
    /// <param name="y">(N, A + B, 2H, 2W).</param>
    /// <param name="threads">How many may take part.</param>
    public static void Forward(JoinSize size, float* skip, float* blocks, float* y, int threads) => ForEachRun(size, threads, run =>
    {
        var length = Length(size);
        if (run.IsSkip) Copy(skip + run.Plane * length, y + run.Joined * length, run.Count * length);
        else Shuffle(blocks + run.Plane * length, run.Count, size.Height, size.Width, y + run.Joined * length);
    });

    /// <param name="size">What was joined.</param>
    /// <param name="gradient">(N, A + B, 2H, 2W).</param>
    /// <param name="skip">(N, A, 2H, 2W), or null.</param>
    /// <param name="blocks">(N, 4B, H, W), or null.</param>
    /// <param name="threads">How many may take part.</param>
    public static void Gradient(JoinSize size, float* gradient, float* skip, float* blocks, int threads) => ForEachRun(size, threads, run =>
    {
        var length = Length(size);
        if (run.IsSkip && skip is not null) Copy(gradient + run.Joined * length, skip + run.Plane * length, run.Count * length);
        if (!run.IsSkip && blocks is not null) Unshuffle(gradient + run.Joined * length, run.Count, size.Height, size.Width, blocks + run.Plane * length);
    });

    // Of a plane of what is joined, and of four of the blocks.
    private static long Length(JoinSize size) => 4L * size.Height * size.Width;

    private static void ForEachRun(JoinSize size, int threads, Action<Run> body)
    {
        var channels = size.Skipped + size.Shuffled;
        Shares.Run((long)size.Images * channels, Length(size), threads, (from, to) =>
        {
            for (var joined = from; joined < to;)
            {
                var (image, channel) = Math.DivRem(joined, channels);
                var isSkip = channel < size.Skipped;
                var count = (int)Math.Min(to - joined, (isSkip ? size.Skipped : channels) - channel);
                body(new(isSkip, isSkip ? image * size.Skipped + channel : image * size.Shuffled + channel - size.Skipped, joined, count));
                joined += count;
            }
        });
    }

    private static void Copy(float* from, float* to, long count) => Buffer.MemoryCopy(from, to, count * sizeof(float), count * sizeof(float));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Shuffle(float* blocks, int planes, int height, int width, float* y)
    {
        var plane = (long)height * width;
        for (var end = blocks + planes * 4 * plane; blocks < end; blocks += 3 * plane)
        {
            for (var row = 0; row < height; row++, blocks += width, y += 4 * width)
            {
                Zip(blocks, blocks + plane, width, y);
                Zip(blocks + 2 * plane, blocks + 3 * plane, width, y + 2 * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Unshuffle(float* y, int planes, int height, int width, float* blocks)
    {
        var plane = (long)height * width;
        for (var end = blocks + planes * 4 * plane; blocks < end; blocks += 3 * plane)
        {
            for (var row = 0; row < height; row++, blocks += width, y += 4 * width)
            {
                Unzip(y, width, blocks, blocks + plane);
                Unzip(y + 2 * width, width, blocks + 2 * plane, blocks + 3 * plane);
            }
        }
    }

    // Rows may be as short as a call takes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Zip(float* even, float* odd, int width, float* to)
    {
        if (width < TLanes.Count)
        {
            for (var i = 0; i < width; i++) (to[2 * i], to[2 * i + 1]) = (even[i], odd[i]);
            return;
        }
        for (var i = 0; i < width; i += TLanes.Count)
        {
            var at = Math.Min(i, width - TLanes.Count);
            TLanes.StorePairs(TLanes.Load(even + at), TLanes.Load(odd + at), to + 2 * at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unzip(float* from, int width, float* even, float* odd)
    {
        if (width < TLanes.Count)
        {
            for (var i = 0; i < width; i++) (even[i], odd[i]) = (from[2 * i], from[2 * i + 1]);
            return;
        }
        for (var i = 0; i < width; i += TLanes.Count)
        {
            var at = Math.Min(i, width - TLanes.Count);
            TLanes.LoadEven(from + 2 * at).Store(even + at);
            TLanes.LoadOdd(from + 2 * at).Store(odd + at);
        }
    }

    /// <param name="IsSkip">Which side it comes from.</param>
    /// <param name="Plane">The first of its planes there, four of the blocks being one.</param>
    /// <param name="Joined">The first of its planes in what is joined.</param>
    /// <param name="Count">How many planes.</param>
    private readonly record struct Run(bool IsSkip, long Plane, long Joined, int Count);
}
