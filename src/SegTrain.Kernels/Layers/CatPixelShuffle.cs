using System.Runtime.Intrinsics;

namespace SegTrain.Kernels;

/// <summary>
/// Joins the channels of a skip (N, A, 2H, 2W) and of blocks (N, 4B, H, W), four channels of which are the 2x2 blocks of one of twice the size, dense, float32.
/// <code>y[n, c] = skip[n, c] for c below A;  y[n, A + c, 2i + k, 2j + l] = blocks[n, 4c + 2k + l, i, j]</code>
/// Numbers are moved as they are.
/// </summary>
/// <remarks>Pointers are to float32 values of the shapes that are named, aligned to 4 bytes; nothing beyond them is read or written.</remarks>
public static unsafe class CatPixelShuffle
{
    /// <summary>Both, joined.</summary>
    /// <param name="size">What is joined.</param>
    /// <param name="skip">(N, A, 2H, 2W).</param>
    /// <param name="blocks">(N, 4B, H, W).</param>
    /// <param name="y">(N, A + B, 2H, 2W), written.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Forward(in JoinSize size, float* skip, float* blocks, float* y, int threads)
    {
        if (Fits<Lanes16>(Vector512.IsHardwareAccelerated, size)) CatPixelShuffleWalk<Lanes16>.Forward(size, skip, blocks, y, threads);
        else if (Fits<Lanes8>(Vector256.IsHardwareAccelerated, size)) CatPixelShuffleWalk<Lanes8>.Forward(size, skip, blocks, y, threads);
        else CatPixelShuffleWalk<Lanes4>.Forward(size, skip, blocks, y, threads);
    }

    /// <summary>The gradient of sum(y g) by both: the same numbers, taken apart.</summary>
    /// <param name="size">What was joined.</param>
    /// <param name="gradient">g, (N, A + B, 2H, 2W).</param>
    /// <param name="skip">(N, A, 2H, 2W), written; or null.</param>
    /// <param name="blocks">(N, 4B, H, W), written; or null.</param>
    /// <param name="threads">How many may take part, from 1.</param>
    public static void Gradient(in JoinSize size, float* gradient, float* skip, float* blocks, int threads)
    {
        if (Fits<Lanes16>(Vector512.IsHardwareAccelerated, size)) CatPixelShuffleWalk<Lanes16>.Gradient(size, gradient, skip, blocks, threads);
        else if (Fits<Lanes8>(Vector256.IsHardwareAccelerated, size)) CatPixelShuffleWalk<Lanes8>.Gradient(size, gradient, skip, blocks, threads);
        else CatPixelShuffleWalk<Lanes4>.Gradient(size, gradient, skip, blocks, threads);
    }

    // In a vector that is wider than a row most lanes would be idle.
    private static bool Fits<TLanes>(bool exists, in JoinSize size)
        where TLanes : struct, ILanes<TLanes> => exists && size.Width >= TLanes.Count;
}

/// <summary>What is joined.</summary>
/// <param name="Images">N.</param>
/// <param name="Skipped">A.</param>
/// <param name="Shuffled">B.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
public readonly record struct JoinSize(int Images, int Skipped, int Shuffled, int Height, int Width);
