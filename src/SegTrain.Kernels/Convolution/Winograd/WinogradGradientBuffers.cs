using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>What a thread works on: a piece of tiles, their image and the gradient by a group of outputs.</summary>
internal sealed unsafe class WinogradGradientBuffers<TLanes> : IDisposable
    where TLanes : struct, ILanes<TLanes>
{
    /// <summary>Outputs of a group.</summary>
    public const int Group = 32;

    /// <summary>Tiles of a piece.</summary>
    public const int Tiles = 48;

    /// <summary>Tiles side by side that are transformed at once.</summary>
    public const int Stretch = 8;

    private const int Columns = Stretch * WinogradTiles.Side + 2;

    private readonly float* _all;

    /// <param name="inputs">C, to a multiple of a vector.</param>
    public WinogradGradientBuffers(int inputs)
    {
        Inputs = inputs;
        // A little more, so that the places do not all fall on the same lines of the cache.
        ImageStride = Tiles * (nint)inputs + 16;
        var (images, slopes) = (WinogradWeights.Places * ImageStride, WinogradWeights.Places * SlopeStride);
        var (pixels, halves) = (6 * Columns * (nint)Math.Max(inputs, Group), 6 * Columns * TLanes.Count);
        // What lies where channels are missing to a vector comes into sums of such channels alone, which nobody reads.
        _all = (float*)NativeMemory.AlignedAlloc((nuint)(images + slopes + pixels + halves) * sizeof(float), 64);
        Images = _all;
        Slopes = Images + images;
        Pixels = Slopes + slopes;
        Halves = Pixels + pixels;
    }

    /// <summary>Between places of the transformed gradient.</summary>
    public static nint SlopeStride => Tiles * Group + 16;

    /// <summary>C, to a multiple of a vector.</summary>
    public int Inputs { get; }

    /// <summary>Between places of the transformed image.</summary>
    public nint ImageStride { get; }

    /// <summary>(36, tiles, C).</summary>
    public float* Images { get; }

    /// <summary>(36, tiles, outputs of a group).</summary>
    public float* Slopes { get; }

    /// <summary>A stretch of tiles, channels last.</summary>
    public float* Pixels { get; }

    /// <summary>A vector of its channels, (6, columns), transformed along the columns.</summary>
    public float* Halves { get; }

    public void Dispose() => NativeMemory.AlignedFree(_all);
}
