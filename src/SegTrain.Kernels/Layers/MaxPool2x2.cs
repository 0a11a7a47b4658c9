using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>
/// The largest of each 2x2 block of an image, dense, float32.
/// <code>y[p, i, j] = max(x[p, 2i, 2j], x[p, 2i, 2j + 1], x[p, 2i + 1, 2j], x[p, 2i + 1, 2j + 1])</code>
/// As LibTorch has it, the first of equal ones is the largest, and what is not a number is larger than any number, the last such one the largest. Nothing is rounded.
/// </summary>
/// <remarks>
/// Planes lie one behind the other and have an even number of rows, so that they are one plane of many rows. Pointers are to float32 values, aligned to 4 bytes, and to bytes;
/// nothing beyond them is read or written.
/// </remarks>
public static unsafe class MaxPool2x2
{
    /// <summary>The largest of each block, and where it is.</summary>
    /// <param name="rows">R, of all planes of y together.</param>
    /// <param name="width">W, of a row of y.</param>
    /// <param name="x">(2R, 2W).</param>
    /// <param name="y">(R, W), written.</param>
    /// <param name="places">(R, W), written: 0 to 3, the place of the largest in its block, row by row; or null where nobody asks for gradients.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Forward(long rows, int width, float* x, float* y, byte* places, int threads)
    {
        if (Fits<Lanes16>(Vector512.IsHardwareAccelerated, width)) MaxPoolWalk<Lanes16>.Forward(rows, width, x, y, places, threads);
        else if (Fits<Lanes8>(Vector256.IsHardwareAccelerated, width)) MaxPoolWalk<Lanes8>.Forward(rows, width, x, y, places, threads);
        else MaxPoolWalk<Lanes4>.Forward(rows, width, x, y, places, threads);
    }

    /// <summary>The gradient of sum(y g) by x: g at the place of the largest, 0 at the other three.</summary>
    /// <param name="rows">R, of all planes of y together.</param>
    /// <param name="width">W, of a row of y.</param>
    /// <param name="gradient">g, (R, W).</param>
    /// <param name="places">(R, W), as <see cref="Forward"/> wrote them.</param>
    /// <param name="result">(2R, 2W), written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Gradient(long rows, int width, float* gradient, byte* places, float* result, int threads)
    {
        if (Fits<Lanes16>(Vector512.IsHardwareAccelerated, width)) MaxPoolWalk<Lanes16>.Gradient(rows, width, gradient, places, result, threads);
        else if (Fits<Lanes8>(Vector256.IsHardwareAccelerated, width)) MaxPoolWalk<Lanes8>.Gradient(rows, width, gradient, places, result, threads);
        else MaxPoolWalk<Lanes4>.Gradient(rows, width, gradient, places, result, threads);
    }

    // In a vector that is wider than a row most lanes would be idle.
    private static bool Fits<TLanes>(bool exists, int width)
        where TLanes : struct, ILanes<TLanes> => exists && width >= TLanes.Count;
}
