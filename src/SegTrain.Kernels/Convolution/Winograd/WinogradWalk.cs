using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>
/// The convolution by Winograd's F(4x4, 3x3), a few vectors of tiles at a time: all inputs are transformed into V, (36, C, tiles); a group of outputs at a time is M = U V, place by place,
/// and transformed back. A pixel's value depends on its tile alone, so neither threads nor the rest of the batch change it.
/// </summary>
internal static unsafe class WinogradWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Places = WinogradWeights.Places;
    private const int Block = WinogradWeights.Block;

    /// <summary>Items of work that keep any number of processors busy; with more of them inputs are transformed more often.</summary>
    private const int Enough = 16;

    /// <param name="size">What it is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weights">Of D outputs.</param>
    /// <param name="bias">(D), or null.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <param name="y">(N, D, H, W).</param>
    public static void Run(ConvolutionSize size, float* x, WinogradWeights weights, float* bias, bool relu, float* y)
    {
        var grid = new WinogradTiles(size.Height, size.Width);
        var tiles = checked(size.Images * grid.Across * grid.Down);
        var chunks = (tiles + WinogradBuffers<TLanes>.Tiles - 1) / WinogradBuffers<TLanes>.Tiles;
        var splits = Math.Clamp(Enough / chunks, 1, weights.Groups);
        Shares.Each(chunks * splits, () => new WinogradBuffers<TLanes>(size), (item, buffers) =>
        {
            var (chunk, split) = (item / splits, item % splits);
            var (first, end) = (chunk * WinogradBuffers<TLanes>.Tiles, Math.Min(tiles, (chunk + 1) * WinogradBuffers<TLanes>.Tiles));
            WinogradInput<TLanes>.Transform(size, grid, x, first, end, buffers);
            for (var group = split * weights.Groups / splits; group < (split + 1) * weights.Groups / splits; group++)
            {
                Multiply(size.Inputs, weights, group, end - first, buffers);
                var output = group * WinogradWeights.GroupBlocks * Block;
                for (var d = 0; d < Math.Min(weights.BlocksOf(group) * Block, size.Outputs - output); d++)
                    WinogradOutput<TLanes>.Transform(size, grid, first, end, buffers, d, bias is null ? 0 : bias[output + d], relu, y, output + d);
            }
        }, static buffers => buffers.Dispose());
    }

    private static void Multiply(int inputs, WinogradWeights weights, int group, int tiles, WinogradBuffers<TLanes> buffers)
    {
        for (var place = 0; place < Places; place++)
        {
            for (var block = 0; block < weights.BlocksOf(group); block++)
            {
                var u = weights.At(group, block, out var placeStride) + place * placeStride;
                var v = buffers.V + place * buffers.PlaceStride;
                var m = buffers.M + place * WinogradBuffers<TLanes>.SumStride + block * Block * WinogradBuffers<TLanes>.Tiles;
                if (tiles > 2 * TLanes.Count) WinogradProducts<TLanes>.FourByThree(u, Block, v, WinogradBuffers<TLanes>.Tiles, inputs, m, WinogradBuffers<TLanes>.Tiles, isFirst: true);
                else FourByTwo(v, inputs, u, m);
            }
        }
    }

    /// <summary>Four outputs of a chunk of tiles that fills no more than two of its three vectors, at one place.</summary>
    /// <param name="v">(C, three vectors).</param>
    /// <param name="channels">C.</param>
    /// <param name="u">(C, 4).</param>
    /// <param name="m">(4, three vectors), of which two are written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourByTwo(float* v, int channels, float* u, float* m)
    {
        TLanes a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (var channel = 0; channel < channels; channel++, v += 3 * TLanes.Count, u += Block)
        {
            var (v0, v1) = (TLanes.Load(v), TLanes.Load(v + TLanes.Count));
            var w = TLanes.Broadcast(u[0]);
            (a0, a1) = (TLanes.MultiplyAdd(v0, w, a0), TLanes.MultiplyAdd(v1, w, a1));
            w = TLanes.Broadcast(u[1]);
            (b0, b1) = (TLanes.MultiplyAdd(v0, w, b0), TLanes.MultiplyAdd(v1, w, b1));
            w = TLanes.Broadcast(u[2]);
            (c0, c1) = (TLanes.MultiplyAdd(v0, w, c0), TLanes.MultiplyAdd(v1, w, c1));
            w = TLanes.Broadcast(u[3]);
            (d0, d1) = (TLanes.MultiplyAdd(v0, w, d0), TLanes.MultiplyAdd(v1, w, d1));
        }
        Store(m, a0, a1);
        Store(m + 3 * TLanes.Count, b0, b1);
        Store(m + 6 * TLanes.Count, c0, c1);
        Store(m + 9 * TLanes.Count, d0, d1);
    }

    private static void Store(float* to, TLanes first, TLanes second)
    {
        first.Store(to);
        second.Store(to + TLanes.Count);
    }
}
