using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>Row by row of the smaller image, vector by vector; the last vector of a row overlaps the one before, which writes the same once more.</summary>
internal static unsafe class MaxPoolWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <param name="rows">R.</param>
    /// <param name="width">W.</param>
    /// <param name="x">(2R, 2W).</param>
    /// <param name="y">(R, W).</param>
    /// <param name="places">(R, W), or null.</param>
    /// <param name="threads">How many may take part.</param>
    public static void Forward(long rows, int width, float* x, float* y, byte* places, int threads) => Shares.Run(rows, 4L * width, threads, (from, to) =>
        Largest(x + 4 * from * width, to - from, width, y + from * width, places is null ? null : places + from * width));

    /// <param name="rows">R.</param>
    /// <param name="width">W.</param>
    /// <param name="gradient">(R, W).</param>
    /// <param name="places">(R, W).</param>
    /// <param name="result">(2R, 2W).</param>
    /// <param name="threads">How many may take part.</param>
    public static void Gradient(long rows, int width, float* gradient, byte* places, float* result, int threads) => Shares.Run(rows, 4L * width, threads, (from, to) =>
        Spread(gradient + from * width, places + from * width, to - from, width, result + 4 * from * width));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Largest(float* x, long rows, int width, float* y, byte* places)
    {
        var (one, two, three) = (TLanes.Broadcast(1), TLanes.Broadcast(2), TLanes.Broadcast(3));
        for (var row = 0L; row < rows; row++, x += 4 * width, y += width, places += places is null ? 0 : width)
        {
            if (width < TLanes.Count)
            {
                LargestOfFew(x, width, y, places);
                continue;
            }
            for (var i = 0; i < width; i += TLanes.Count)
            {
                var at = Math.Min(i, width - TLanes.Count);
                float* top = x + 2 * at, bottom = top + 2 * width;
                TLanes largest = TLanes.LoadEven(top), place = default;
                var next = TLanes.LoadOdd(top);
                var isLarger = TLanes.IsLarger(next, largest);
                (largest, place) = (TLanes.Choose(isLarger, next, largest), TLanes.Choose(isLarger, one, place));
                next = TLanes.LoadEven(bottom);
                isLarger = TLanes.IsLarger(next, largest);
                (largest, place) = (TLanes.Choose(isLarger, next, largest), TLanes.Choose(isLarger, two, place));
                next = TLanes.LoadOdd(bottom);
                isLarger = TLanes.IsLarger(next, largest);
                TLanes.Choose(isLarger, next, largest).Store(y + at);
                if (places is not null) TLanes.Choose(isLarger, three, place).StoreBytes(places + at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(float* gradient, byte* places, long rows, int width, float* result)
    {
        TLanes zero = default;
        var (one, two, three) = (TLanes.Broadcast(1), TLanes.Broadcast(2), TLanes.Broadcast(3));
        for (var row = 0L; row < rows; row++, gradient += width, places += width, result += 4 * width)
        {
            if (width < TLanes.Count)
            {
                SpreadOfFew(gradient, places, width, result);
                continue;
            }
            for (var i = 0; i < width; i += TLanes.Count)
            {
                var at = Math.Min(i, width - TLanes.Count);
                float* top = result + 2 * at, bottom = top + 2 * width;
                var (g, place) = (TLanes.Load(gradient + at), TLanes.LoadBytes(places + at));
                TLanes.StorePairs(TLanes.Choose(TLanes.IsEqual(place, zero), g, zero), TLanes.Choose(TLanes.IsEqual(place, one), g, zero), top);
                TLanes.StorePairs(TLanes.Choose(TLanes.IsEqual(place, two), g, zero), TLanes.Choose(TLanes.IsEqual(place, three), g, zero), bottom);
            }
        }
    }

    // Less than a vector: in memory of its own, so that nothing is touched behind the rows.
    private static void LargestOfFew(float* x, int width, float* y, byte* places)
    {
        float* wide = stackalloc float[4 * TLanes.Count], largest = stackalloc float[TLanes.Count];
        var found = stackalloc byte[TLanes.Count];
        new ReadOnlySpan<float>(x, 2 * width).CopyTo(new Span<float>(wide, 2 * width));
        new ReadOnlySpan<float>(x + 2 * width, 2 * width).CopyTo(new Span<float>(wide + 2 * TLanes.Count, 2 * width));
        Largest(wide, 1, TLanes.Count, largest, found);
        new ReadOnlySpan<float>(largest, width).CopyTo(new Span<float>(y, width));
        if (places is not null) new ReadOnlySpan<byte>(found, width).CopyTo(new Span<byte>(places, width));
    }

    private static void SpreadOfFew(float* gradient, byte* places, int width, float* result)
    {
        float* wide = stackalloc float[4 * TLanes.Count], slopes = stackalloc float[TLanes.Count];
        var found = stackalloc byte[TLanes.Count];
        new ReadOnlySpan<float>(gradient, width).CopyTo(new Span<float>(slopes, width));
        new ReadOnlySpan<byte>(places, width).CopyTo(new Span<byte>(found, width));
        Spread(slopes, found, 1, TLanes.Count, wide);
        new ReadOnlySpan<float>(wide, 2 * width).CopyTo(new Span<float>(result, 2 * width));
        new ReadOnlySpan<float>(wide + 2 * TLanes.Count, 2 * width).CopyTo(new Span<float>(result + 2 * width, 2 * width));
    }
}
