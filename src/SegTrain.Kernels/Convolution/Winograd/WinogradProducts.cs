using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>sums[d, c] of z[t, d] v[t, c] over tiles t: vectors of inputs, eight outputs at a time.</summary>
internal static unsafe class WinogradProducts<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Outputs at once.</summary>
    public const int Rows = 8;

    /// <param name="z">(tiles, stride), of which as many numbers are read as there are outputs, rounded up to a multiple of eight.</param>
    /// <param name="zStride">From a tile to the next.</param>
    /// <param name="outputs">D.</param>
    /// <param name="v">(tiles, C).</param>
    /// <param name="inputs">C, a multiple of a vector.</param>
    /// <param name="tiles">How many.</param>
    /// <param name="sums">(D to a multiple of eight, C).</param>
    /// <param name="isFirst">Whether sums begin here; else they are added to.</param>
    public static void Add(float* z, int zStride, int outputs, float* v, int inputs, int tiles, float* sums, bool isFirst)
    {
        for (var d = 0; d < outputs; d += Rows)
        {
            var at = sums + (nint)d * inputs;
            var c = 0;
            for (; inputs - c >= 3 * TLanes.Count; c += 3 * TLanes.Count)
            {
                FourByThree(z + d, zStride, v + c, inputs, tiles, at + c, inputs, isFirst);
                FourByThree(z + d + 4, zStride, v + c, inputs, tiles, at + 4 * (nint)inputs + c, inputs, isFirst);
            }
            for (; c < inputs; c += TLanes.Count) EightByOne(z + d, zStride, v + c, inputs, tiles, at + c, isFirst);
        }
    }

    /// <summary>Four rows of sums and three vectors of columns: each number that is loaded serves four times, or three.</summary>
    /// <param name="z">(count, zStride), of which four numbers are read.</param>
    /// <param name="zStride">From a row to the next.</param>
    /// <param name="v">(count, vStride), of which three vectors are read.</param>
    /// <param name="vStride">From a row to the next.</param>
    /// <param name="count">What is summed over.</param>
    /// <param name="sums">(4, sumStride), of which three vectors are written.</param>
    /// <param name="sumStride">From a row to the next.</param>
    /// <param name="isFirst">Whether sums begin here; else they are added to.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FourByThree(float* z, nint zStride, float* v, nint vStride, int count, float* sums, nint sumStride, bool isFirst)
    {
        TLanes a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        TLanes c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (var t = 0; t < count; t++, z += zStride, v += vStride)
        {
            var (v0, v1, v2) = (TLanes.Load(v), TLanes.Load(v + TLanes.Count), TLanes.Load(v + 2 * TLanes.Count));
            var w = TLanes.Broadcast(z[0]);
            (a0, a1, a2) = (TLanes.MultiplyAdd(v0, w, a0), TLanes.MultiplyAdd(v1, w, a1), TLanes.MultiplyAdd(v2, w, a2));
            w = TLanes.Broadcast(z[1]);
            (b0, b1, b2) = (TLanes.MultiplyAdd(v0, w, b0), TLanes.MultiplyAdd(v1, w, b1), TLanes.MultiplyAdd(v2, w, b2));
            w = TLanes.Broadcast(z[2]);
            (c0, c1, c2) = (TLanes.MultiplyAdd(v0, w, c0), TLanes.MultiplyAdd(v1, w, c1), TLanes.MultiplyAdd(v2, w, c2));
            w = TLanes.Broadcast(z[3]);
            (d0, d1, d2) = (TLanes.MultiplyAdd(v0, w, d0), TLanes.MultiplyAdd(v1, w, d1), TLanes.MultiplyAdd(v2, w, d2));
        }
        Add(sums, a0, a1, a2, isFirst);
        Add(sums + sumStride, b0, b1, b2, isFirst);
        Add(sums + 2 * sumStride, c0, c1, c2, isFirst);
        Add(sums + 3 * sumStride, d0, d1, d2, isFirst);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightByOne(float* z, int zStride, float* v, int inputs, int tiles, float* sums, bool isFirst)
    {
        TLanes a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var t = 0; t < tiles; t++, z += zStride, v += inputs)
        {
            var x = TLanes.Load(v);
            (a, b) = (TLanes.MultiplyAdd(x, TLanes.Broadcast(z[0]), a), TLanes.MultiplyAdd(x, TLanes.Broadcast(z[1]), b));
            (c, d) = (TLanes.MultiplyAdd(x, TLanes.Broadcast(z[2]), c), TLanes.MultiplyAdd(x, TLanes.Broadcast(z[3]), d));
            (e, f) = (TLanes.MultiplyAdd(x, TLanes.Broadcast(z[4]), e), TLanes.MultiplyAdd(x, TLanes.Broadcast(z[5]), f));
            (g, h) = (TLanes.MultiplyAdd(x, TLanes.Broadcast(z[6]), g), TLanes.MultiplyAdd(x, TLanes.Broadcast(z[7]), h));
        }
        var row = (nint)inputs;
        Add(sums, a, isFirst);
        Add(sums + row, b, isFirst);
        Add(sums + 2 * row, c, isFirst);
        Add(sums + 3 * row, d, isFirst);
        Add(sums + 4 * row, e, isFirst);
        Add(sums + 5 * row, f, isFirst);
        Add(sums + 6 * row, g, isFirst);
        Add(sums + 7 * row, h, isFirst);
    }

    private static void Add(float* sums, TLanes first, TLanes second, TLanes third, bool isFirst)
    {
        Add(sums, first, isFirst);
        Add(sums + TLanes.Count, second, isFirst);
        Add(sums + 2 * TLanes.Count, third, isFirst);
    }

    private static void Add(float* sum, TLanes more, bool isFirst) => (isFirst ? more : TLanes.Load(sum) + more).Store(sum);
}
