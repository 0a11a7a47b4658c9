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
    {
        for (var row = from; row < to; row++)
        {
            var at = row * width;
            var top = x + 4 * at;
            Largest(top, top + 2 * width, width, y + at, places is null ? null : places + at);
        }
    });

    /// <param name="rows">R.</param>
    /// <param name="width">W.</param>
    /// <param name="gradient">(R, W).</param>
    /// <param name="places">(R, W).</param>
    /// <param name="result">(2R, 2W).</param>
    /// <param name="threads">How many may take part.</param>
    public static void Gradient(long rows, int width, float* gradient, byte* places, float* result, int threads) => Shares.Run(rows, 4L * width, threads, (from, to) =>
    {
        for (var row = from; row < to; row++)
        {
            var at = row * width;
            var top = result + 4 * at;
            Spread(gradient + at, places + at, width, top, top + 2 * width);
        }
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Largest(float* top, float* bottom, int width, float* y, byte* places)
    {
        if (width < TLanes.Count)
        {
            LargestOfFew(top, bottom, width, y, places);
            return;
        }
        var (one, two, three) = (TLanes.Broadcast(1), TLanes.Broadcast(2), TLanes.Broadcast(3));
        for (var i = 0; i < width; i += TLanes.Count)
        {
            var at = Math.Min(i, width - TLanes.Count);
            TLanes largest = TLanes.LoadEven(top + 2 * at), place = default;
            var next = TLanes.LoadOdd(top + 2 * at);
            var isLarger = TLanes.IsLarger(next, largest);
            (largest, place) = (TLanes.Choose(isLarger, next, largest), TLanes.Choose(isLarger, one, place));
            next = TLanes.LoadEven(bottom + 2 * at);
            isLarger = TLanes.IsLarger(next, largest);
            (largest, place) = (TLanes.Choose(isLarger, next, largest), TLanes.Choose(isLarger, two, place));
            next = TLanes.LoadOdd(bottom + 2 * at);
            isLarger = TLanes.IsLarger(next, largest);
            TLanes.Choose(isLarger, next, largest).Store(y + at);
            if (places is not null) TLanes.Choose(isLarger, three, place).StoreBytes(places + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Spread(float* gradient, byte* places, int width, float* top, float* bottom)
    {
        if (width < TLanes.Count)
        {
            SpreadOfFew(gradient, places, width, top, bottom);
            return;
        }
        TLanes zero = default;
        var (one, two, three) = (TLanes.Broadcast(1), TLanes.Broadcast(2), TLanes.Broadcast(3));
        for (var i = 0; i < width; i += TLanes.Count)
        {
            var at = Math.Min(i, width - TLanes.Count);
            var (g, place) = (TLanes.Load(gradient + at), TLanes.LoadBytes(places + at));
            TLanes.StorePairs(TLanes.Choose(TLanes.IsEqual(place, zero), g, zero), TLanes.Choose(TLanes.IsEqual(place, one), g, zero), top + 2 * at);
            TLanes.StorePairs(TLanes.Choose(TLanes.IsEqual(place, two), g, zero), TLanes.Choose(TLanes.IsEqual(place, three), g, zero), bottom + 2 * at);
        }
    }

    // Less than a vector: in memory of its own, so that nothing is touched behind the rows.
    private static void LargestOfFew(float* top, float* bottom, int width, float* y, byte* places)
    {
        float* upper = stackalloc float[2 * TLanes.Count], lower = stackalloc float[2 * TLanes.Count], largest = stackalloc float[TLanes.Count];
        var found = stackalloc byte[TLanes.Count];
        new ReadOnlySpan<float>(top, 2 * width).CopyTo(new Span<float>(upper, 2 * width));
        new ReadOnlySpan<float>(bottom, 2 * width).CopyTo(new Span<float>(lower, 2 * width));
        Largest(upper, lower, TLanes.Count, largest, found);
        new ReadOnlySpan<float>(largest, width).CopyTo(new Span<float>(y, width));
        if (places is not null) new ReadOnlySpan<byte>(found, width).CopyTo(new Span<byte>(places, width));
    }

    private static void SpreadOfFew(float* gradient, byte* places, int width, float* top, float* bottom)
    {
        float* upper = stackalloc float[2 * TLanes.Count], lower = stackalloc float[2 * TLanes.Count], slopes = stackalloc float[TLanes.Count];
        var found = stackalloc byte[TLanes.Count];
        new ReadOnlySpan<float>(gradient, width).CopyTo(new Span<float>(slopes, width));
        new ReadOnlySpan<byte>(places, width).CopyTo(new Span<byte>(found, width));
        Spread(slopes, found, TLanes.Count, upper, lower);
        new ReadOnlySpan<float>(upper, 2 * width).CopyTo(new Span<float>(top, 2 * width));
        new ReadOnlySpan<float>(lower, 2 * width).CopyTo(new Span<float>(bottom, 2 * width));
    }
}
