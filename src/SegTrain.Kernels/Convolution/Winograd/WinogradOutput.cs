using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>Y = A^T M A of one output of a chunk of tiles, and what an inference adds to it.</summary>
internal static unsafe class WinogradOutput<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Side = WinogradTiles.Side;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="grid">The tiles of an image.</param>
    /// <param name="first">The chunk's first tile.</param>
    /// <param name="end">Behind its last.</param>
    /// <param name="buffers">M.</param>
    /// <param name="d">The output's place in its group.</param>
    /// <param name="bias">Added to all.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <param name="y">(N, D, H, W), written where the tiles are.</param>
    /// <param name="output">The output.</param>
    public static void Transform(
        ConvolutionSize size, WinogradTiles grid, int first, int end, WinogradBuffers<TLanes> buffers, int d, float bias, bool relu, float* y, int output)
    {
        for (var group = 0; group * TLanes.Count < end - first; group++)
            Square(buffers.M + d * WinogradBuffers<TLanes>.Tiles + group * TLanes.Count, bias, relu, buffers.Lines, buffers.Results + group * Side * TLanes.Count);
        for (var tile = first; tile < end;)
        {
            var stretch = grid.From(tile, end);
            var plane = y + ((long)stretch.Image * size.Outputs + output) * size.Height * size.Width;
            var columns = Math.Min(stretch.Count * Side, size.Width - stretch.Column);
            for (var i = 0; i < Math.Min(Side, size.Height - stretch.Row); i++)
            {
                new ReadOnlySpan<float>(buffers.Results + i * WinogradBuffers<TLanes>.LineStride + (tile - first) * Side, columns)
                    .CopyTo(new Span<float>(plane + (long)(stretch.Row + i) * size.Width + stretch.Column, columns));
            }
            tile += stretch.Count;
        }
    }

    /// <summary>A vector of tiles.</summary>
    /// <param name="m">36 vectors.</param>
    /// <param name="bias">Added to all.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <param name="half">Room for 24 vectors.</param>
    /// <param name="to">Four rows, written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Square(float* m, float bias, bool relu, float* half, float* to)
    {
        var place = WinogradBuffers<TLanes>.SumStride;
        for (var j = 0; j < 6; j++, m += place)
        {
            var (m0, m1, m2) = (TLanes.Load(m), TLanes.Load(m + 6 * place), TLanes.Load(m + 12 * place));
            var (m3, m4, m5) = (TLanes.Load(m + 18 * place), TLanes.Load(m + 24 * place), TLanes.Load(m + 30 * place));
            WinogradTransform<TLanes>.Output(ref m0, ref m1, ref m2, ref m3, m4, m5);
            m0.Store(half + j * TLanes.Count);
            m1.Store(half + (6 + j) * TLanes.Count);
            m2.Store(half + (12 + j) * TLanes.Count);
            m3.Store(half + (18 + j) * TLanes.Count);
        }
        var shift = TLanes.Broadcast(bias);
        for (var i = 0; i < Side; i++, half += 6 * TLanes.Count, to += WinogradBuffers<TLanes>.LineStride)
        {
            var (y0, y1, y2) = (TLanes.Load(half), TLanes.Load(half + TLanes.Count), TLanes.Load(half + 2 * TLanes.Count));
            var (y3, y4, y5) = (TLanes.Load(half + 3 * TLanes.Count), TLanes.Load(half + 4 * TLanes.Count), TLanes.Load(half + 5 * TLanes.Count));
            WinogradTransform<TLanes>.Output(ref y0, ref y1, ref y2, ref y3, y4, y5);
            (y0, y1, y2, y3) = (y0 + shift, y1 + shift, y2 + shift, y3 + shift);
            if (relu) (y0, y1, y2, y3) = (TLanes.Relu(y0), TLanes.Relu(y1), TLanes.Relu(y2), TLanes.Relu(y3));
            TLanes.Transpose(ref y0, ref y1, ref y2, ref y3);
            y0.Store(to);
            y1.Store(to + TLanes.Count);
            y2.Store(to + 2 * TLanes.Count);
            y3.Store(to + 3 * TLanes.Count);
        }
    }
}
