using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>What a thread works on: a chunk of three vectors of tiles.</summary>
internal sealed unsafe class WinogradBuffers<TLanes> : IDisposable
    where TLanes : struct, ILanes<TLanes>
{
    private const int Outputs = WinogradWeights.GroupBlocks * WinogradWeights.Block;

    private readonly float* _all;

    /// <param name="size">What the convolution is of.</param>
    public WinogradBuffers(ConvolutionSize size)
    {
        // A little more, so that the places do not all fall on the same lines of the cache.
        PlaceStride = size.Inputs * Tiles + 16;
        var zeros = (size.Width + 15) / 16 * 16;
        var (v, m, lines) = (WinogradWeights.Places * PlaceStride, WinogradWeights.Places * SumStride, 6 * LineStride);
        _all = (float*)NativeMemory.AlignedAlloc((nuint)(v + m + 3 * lines + zeros) * sizeof(float), 64);
        V = _all;
        M = V + v;
        Lines = M + m;
        Ends = Lines + lines;
        Results = Ends + lines;
        Zeros = Results + lines;
        NativeMemory.Clear(Lines, (nuint)(3 * lines + zeros) * sizeof(float));
    }

    /// <summary>Tiles of a chunk.</summary>
    public static int Tiles => 3 * TLanes.Count;

    /// <summary>Between places of M.</summary>
    public static int SumStride => Outputs * Tiles + 16;

    /// <summary>Between rows of a line of tiles.</summary>
    public static int LineStride => WinogradTiles.Side * Tiles + 32;

    /// <summary>Between places of V.</summary>
    public nint PlaceStride { get; }

    /// <summary>(36, C, tiles).</summary>
    public float* V { get; }

    /// <summary>(36, outputs of a group, tiles).</summary>
    public float* M { get; }

    /// <summary>Six rows of the tiles' first four columns.</summary>
    public float* Lines { get; }

    /// <summary>Six rows of what begins with the tiles' fifth column.</summary>
    public float* Ends { get; }

    /// <summary>Results of a chunk: four rows.</summary>
    public float* Results { get; }

    /// <summary>A row outside the image.</summary>
    public float* Zeros { get; }

    public void Dispose() => NativeMemory.AlignedFree(_all);
}
