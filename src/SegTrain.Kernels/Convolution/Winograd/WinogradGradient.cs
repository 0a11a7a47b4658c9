using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>
/// The gradient by the weights in the space of the transform: dg = G^T [sum over tiles of (A dY A^T) (B^T d B)^T, place by place] G. Channels are the lanes, tiles what is summed over.
/// Work is cut into parts of the tiles and groups of outputs, by the sizes alone.
/// </summary>
internal static unsafe class WinogradGradient<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Places = WinogradWeights.Places;
    private const int Group = WinogradGradientBuffers<TLanes>.Group;
    private const int Tiles = WinogradGradientBuffers<TLanes>.Tiles;

    /// <summary>Items of work that keep any number of processors busy.</summary>
    private const int Enough = 16;

    /// <summary>Numbers that the sums of all parts may take, where one part takes less.</summary>
    private const int Room = 2 << 20;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="gradient">(N, D, H, W).</param>
    /// <param name="result">(D, C, 3, 3), written.</param>
    public static void Run(ConvolutionSize size, float* x, float* gradient, float* result)
    {
        var grid = new WinogradTiles(size.Height, size.Width);
        var tiles = checked(size.Images * grid.Across * grid.Down);
        var (pieces, groups) = ((tiles + Tiles - 1) / Tiles, (size.Outputs + Group - 1) / Group);
        var (outputs, inputs) = (RoundUp(size.Outputs, WinogradProducts<TLanes>.Rows), RoundUp(size.Inputs, TLanes.Count));
        var length = (nint)Places * outputs * inputs;
        var parts = (int)Math.Clamp(Math.Min(Enough / groups, Room / length), 1, pieces);
        var sums = (float*)NativeMemory.AlignedAlloc((nuint)(parts * length) * sizeof(float), 64);
        try
        {
            Shares.Each(parts * groups, () => new WinogradGradientBuffers<TLanes>(inputs), (item, buffers) =>
            {
                var (part, group) = (item / groups, item % groups);
                var (first, count) = (group * Group, Math.Min(Group, size.Outputs - group * Group));
                var here = sums + part * length + (nint)first * inputs;
                for (var piece = part * pieces / parts; piece < (part + 1) * pieces / parts; piece++)
                {
                    var (tile, end) = (piece * Tiles, Math.Min(tiles, (piece + 1) * Tiles));
                    WinogradGradientInput<TLanes>.Images(size, grid, x, tile, end, buffers);
                    WinogradGradientInput<TLanes>.Slopes(size, grid, gradient, first, count, tile, end, buffers);
                    for (var place = 0; place < Places; place++)
                    {
                        WinogradProducts<TLanes>.Add(
                            buffers.Slopes + place * WinogradGradientBuffers<TLanes>.SlopeStride, Group, count, buffers.Images + place * buffers.ImageStride, inputs, end - tile,
                            here + (nint)place * outputs * inputs, isFirst: piece == part * pieces / parts);
                    }
                }
            }, static buffers => buffers.Dispose());
            Shares.Each(size.Outputs, d => Result(size, sums, parts, length, outputs, inputs, d, result));
        }
        finally
        {
            NativeMemory.AlignedFree(sums);
        }
    }

    // Of one output, a vector of inputs at a time.
    private static void Result(ConvolutionSize size, float* sums, int parts, nint length, int outputs, int inputs, int d, float* result)
    {
        var u = stackalloc float[Places * TLanes.Count];
        var half = stackalloc float[18 * TLanes.Count];
        var g = stackalloc float[9 * TLanes.Count];
        for (var c = 0; c < size.Inputs; c += TLanes.Count)
        {
            for (var place = 0; place < Places; place++)
            {
                var at = sums + ((nint)place * outputs + d) * inputs + c;
                var sum = TLanes.Load(at);
                for (var part = 1; part < parts; part++) sum += TLanes.Load(at + part * length);
                sum.Store(u + place * TLanes.Count);
            }
            for (var j = 0; j < 6; j++) Three(u + j * TLanes.Count, 6 * TLanes.Count, half + j * TLanes.Count, 6 * TLanes.Count);
            for (var k = 0; k < 3; k++) Three(half + k * 6 * TLanes.Count, TLanes.Count, g + k * 3 * TLanes.Count, TLanes.Count);
            for (var lane = 0; lane < Math.Min(TLanes.Count, size.Inputs - c); lane++)
            {
                var to = result + ((long)d * size.Inputs + c + lane) * 9;
                for (var tap = 0; tap < 9; tap++) to[tap] = g[tap * TLanes.Count + lane];
            }
        }
    }

    private static void Three(float* from, int stride, float* to, int toStride)
    {
        var (g0, g1, g2) = WinogradTransform<TLanes>.WeightSlopes(TLanes.Load(from), TLanes.Load(from + stride), TLanes.Load(from + 2 * stride),
            TLanes.Load(from + 3 * stride), TLanes.Load(from + 4 * stride), TLanes.Load(from + 5 * stride));
        g0.Store(to);
        g1.Store(to + toStride);
        g2.Store(to + 2 * toStride);
    }

    private static int RoundUp(int number, int multiple) => (number + multiple - 1) / multiple * multiple;
}
