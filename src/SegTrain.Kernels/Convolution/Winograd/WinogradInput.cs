using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>
/// V = B^T d B of a chunk of tiles. First along the columns of the image, where neighbours lie side by side in a vector; then along its rows: 4x4 transpositions bring
/// the same column of several tiles into one vector.
/// </summary>
internal static unsafe class WinogradInput<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Side = WinogradTiles.Side;
    private const int Rows = 6;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="grid">The tiles of an image.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="first">The chunk's first tile.</param>
    /// <param name="end">Behind its last.</param>
    /// <param name="buffers">V is written.</param>
    public static void Transform(ConvolutionSize size, WinogradTiles grid, float* x, int first, int end, WinogradBuffers<TLanes> buffers)
    {
        for (var c = 0; c < size.Inputs; c++)
        {
            for (var tile = first; tile < end;)
            {
                var stretch = grid.From(tile, end);
                var plane = x + ((long)stretch.Image * size.Inputs + c) * size.Height * size.Width;
                Fill(plane, size, stretch, buffers, (tile - first) * Side);
                tile += stretch.Count;
            }
            AlongRows(buffers, buffers.V + (nint)c * WinogradBuffers<TLanes>.Tiles);
        }
    }

    /// <summary>The columns of a stretch of tiles from one before the first to one behind the last, transformed, and zeros for those outside the image.</summary>
    private static void Fill(float* plane, ConvolutionSize size, WinogradTiles.Stretch stretch, WinogradBuffers<TLanes> buffers, int at)
    {
        var stride = WinogradBuffers<TLanes>.LineStride;
        var (from, to) = (Math.Max(stretch.Column - 1, 0), Math.Min(stretch.Column + stretch.Count * Side + 1, size.Width));
        var rows = stackalloc float*[Rows];
        for (var i = 0; i < Rows; i++)
        {
            var row = stretch.Row - 1 + i;
            rows[i] = row < 0 || row >= size.Height ? buffers.Zeros + from : plane + (long)row * size.Width + from;
        }
        var left = from - (stretch.Column - 1);
        var lines = buffers.Lines + at;
        if (to - from >= TLanes.Count) AlongColumns<TLanes>(rows, to - from, lines + left, stride);
        else if (to - from >= Lanes8.Count && TLanes.Count > Lanes8.Count) AlongColumns<Lanes8>(rows, to - from, lines + left, stride);
        else if (to - from >= Lanes4.Count) AlongColumns<Lanes4>(rows, to - from, lines + left, stride);
        else AlongFewColumns(rows, to - from, lines + left, stride);

        var length = stretch.Count * Side;
        var right = left + to - from;
        for (var i = 0; i < Rows; i++)
        {
            var line = lines + i * stride;
            if (left > 0) line[0] = 0;
            for (var j = right; j < length + 2; j++) line[j] = 0;
            // What the next stretch, whose tiles come behind these, does not leave standing.
            new ReadOnlySpan<float>(line + Side, length - Side + 2).CopyTo(new Span<float>(buffers.Ends + at + i * stride, length - Side + 2));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongColumns<T>(float** rows, int count, float* to, nint stride)
        where T : struct, ILanes<T>
    {
        for (var at = 0; at < count; at += T.Count)
        {
            // The last vector overlaps the one before it.
            var here = Math.Min(at, count - T.Count);
            var (d0, d1, d2) = (T.Load(rows[0] + here), T.Load(rows[1] + here), T.Load(rows[2] + here));
            var (d3, d4, d5) = (T.Load(rows[3] + here), T.Load(rows[4] + here), T.Load(rows[5] + here));
            WinogradTransform<T>.Input(ref d0, ref d1, ref d2, ref d3, ref d4, ref d5);
            d0.Store(to + here);
            d1.Store(to + stride + here);
            d2.Store(to + 2 * stride + here);
            d3.Store(to + 3 * stride + here);
            d4.Store(to + 4 * stride + here);
            d5.Store(to + 5 * stride + here);
        }
    }

    private static void AlongFewColumns(float** rows, int count, float* to, nint stride)
    {
        var padded = stackalloc float[Rows * Lanes4.Count];
        var copies = stackalloc float*[Rows];
        for (var i = 0; i < Rows; i++)
        {
            copies[i] = padded + i * Lanes4.Count;
            for (var j = 0; j < Lanes4.Count; j++) copies[i][j] = j < count ? rows[i][j] : 0;
        }
        AlongColumns<Lanes4>(copies, Lanes4.Count, to, stride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AlongRows(WinogradBuffers<TLanes> buffers, float* to)
    {
        for (var i = 0; i < Rows; i++)
        {
            var line = buffers.Lines + i * WinogradBuffers<TLanes>.LineStride;
            var ends = buffers.Ends + i * WinogradBuffers<TLanes>.LineStride;
            for (var group = 0; group < 3; group++, line += Side * TLanes.Count, ends += Side * TLanes.Count)
            {
                var (d0, d1) = (TLanes.Load(line), TLanes.Load(line + TLanes.Count));
                var (d2, d3) = (TLanes.Load(line + 2 * TLanes.Count), TLanes.Load(line + 3 * TLanes.Count));
                TLanes.Transpose(ref d0, ref d1, ref d2, ref d3);
                var (d4, d5) = (TLanes.Load(ends), TLanes.Load(ends + TLanes.Count));
                var (d6, d7) = (TLanes.Load(ends + 2 * TLanes.Count), TLanes.Load(ends + 3 * TLanes.Count));
                TLanes.Transpose(ref d4, ref d5, ref d6, ref d7);
                WinogradTransform<TLanes>.Input(ref d0, ref d1, ref d2, ref d3, ref d4, ref d5);
                var v = to + i * 6 * buffers.PlaceStride + group * TLanes.Count;
                d0.Store(v);
                d1.Store(v + buffers.PlaceStride);
                d2.Store(v + 2 * buffers.PlaceStride);
                d3.Store(v + 3 * buffers.PlaceStride);
                d4.Store(v + 4 * buffers.PlaceStride);
                d5.Store(v + 5 * buffers.PlaceStride);
            }
        }
    }
}
