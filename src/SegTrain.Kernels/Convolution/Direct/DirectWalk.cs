using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>The convolution band by band; in a band, for every four outputs, tile by tile of three vectors of pixels.</summary>
internal static unsafe class DirectWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private static int Tile => 3 * TLanes.Count;

    /// <param name="size">What it is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weights">Of D outputs.</param>
    /// <param name="bias">(D), or null.</param>
    /// <param name="relu">Whether what is below 0 becomes 0.</param>
    /// <param name="y">(N, D, H, W).</param>
    public static void Run(ConvolutionSize size, float* x, PackedWeights weights, float* bias, bool relu, float* y)
    {
        var rows = Band.Rows(size.Inputs, size.Height, size.Width);
        var bands = (size.Height + rows - 1) / rows;
        Shares.Each(size.Images * bands, () => new Band(size.Inputs, size.Height, size.Width, rows, Tile), (piece, band) =>
        {
            var (n, row) = (piece / bands, piece % bands * rows);
            var here = Math.Min(rows, size.Height - row);
            band.FillWithNeighbours(x + (long)n * size.Inputs * size.Height * size.Width, row, here);
            Outputs(size, band, weights, bias, relu, here, y + ((long)n * size.Outputs * size.Height + row) * size.Width);
        }, static band => band.Dispose());
    }

    private static void Outputs(ConvolutionSize size, Band band, PackedWeights weights, float* bias, bool relu, int rows, float* y)
    {
        var plane = (long)size.Height * size.Width;
        var pixels = (rows - 1) * band.Stride + size.Width;
        var tile = stackalloc float[PackedWeights.Block * Tile];
        for (var block = 0; block < weights.Blocks; block++)
        {
            var first = block * PackedWeights.Block;
            var outputs = Math.Min(PackedWeights.Block, size.Outputs - first);
            for (var at = 0; at < pixels; at += Tile)
            {
                Sums(band.Values + at, band.ChannelStride, band.Stride, size.Inputs, weights.Values + (long)block * weights.BlockLength, tile);
                for (var d = 0; d < outputs; d++)
                {
                    if (bias is not null || relu) Finish(tile + d * Tile, bias is null ? 0 : bias[first + d], relu);
                    Write(tile + d * Tile, at, Math.Min(Tile, pixels - at), band.Stride, size.Width, y + (first + d) * plane);
                }
            }
        }
    }

    /// <summary>Four outputs of a tile of pixels: each number that is loaded serves four times, or three.</summary>
    /// <param name="x">The first pixel's neighbour above to the left, in channel 0.</param>
    /// <param name="channelStride">To the same pixel in the next channel.</param>
    /// <param name="stride">To the pixel below.</param>
    /// <param name="channels">C.</param>
    /// <param name="w">(C, 9, 4).</param>
    /// <param name="tile">(4, three vectors), written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* x, nint channelStride, nint stride, int channels, float* w, float* tile)
    {
        TLanes a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        TLanes c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (var channel = 0; channel < channels; channel++, x += channelStride)
        {
            var row = x;
            for (var k = 0; k < 3; k++, row += stride)
            {
                for (var l = 0; l < 3; l++, w += PackedWeights.Block)
                {
                    var (x0, x1, x2) = (TLanes.Load(row + l), TLanes.Load(row + l + TLanes.Count), TLanes.Load(row + l + 2 * TLanes.Count));
                    var v = TLanes.Broadcast(w[0]);
                    (a0, a1, a2) = (TLanes.MultiplyAdd(x0, v, a0), TLanes.MultiplyAdd(x1, v, a1), TLanes.MultiplyAdd(x2, v, a2));
                    v = TLanes.Broadcast(w[1]);
                    (b0, b1, b2) = (TLanes.MultiplyAdd(x0, v, b0), TLanes.MultiplyAdd(x1, v, b1), TLanes.MultiplyAdd(x2, v, b2));
                    v = TLanes.Broadcast(w[2]);
                    (c0, c1, c2) = (TLanes.MultiplyAdd(x0, v, c0), TLanes.MultiplyAdd(x1, v, c1), TLanes.MultiplyAdd(x2, v, c2));
                    v = TLanes.Broadcast(w[3]);
                    (d0, d1, d2) = (TLanes.MultiplyAdd(x0, v, d0), TLanes.MultiplyAdd(x1, v, d1), TLanes.MultiplyAdd(x2, v, d2));
                }
            }
        }
        Store(tile, a0, a1, a2);
        Store(tile + Tile, b0, b1, b2);
        Store(tile + 2 * Tile, c0, c1, c2);
        Store(tile + 3 * Tile, d0, d1, d2);
    }

    private static void Store(float* to, TLanes first, TLanes second, TLanes third)
    {
        first.Store(to);
        second.Store(to + TLanes.Count);
        third.Store(to + 2 * TLanes.Count);
    }

    private static void Finish(float* line, float bias, bool relu)
    {
        var (one, shift) = (TLanes.Broadcast(1), TLanes.Broadcast(bias));
        for (var i = 0; i < Tile; i += TLanes.Count)
        {
            var sum = TLanes.MultiplyAdd(TLanes.Load(line + i), one, shift);
            (relu ? TLanes.Relu(sum) : sum).Store(line + i);
        }
    }

    // The part of each row that is in the image.
    private static void Write(float* line, int at, int count, int stride, int width, float* plane)
    {
        var end = at + count;
        for (var row = at / stride; row * stride < end; row++)
        {
            var (from, to) = (Math.Max(at, row * stride), Math.Min(end, row * stride + width));
            if (from < to) new ReadOnlySpan<float>(line + from - at, to - from).CopyTo(new Span<float>(plane + (long)row * width + from - row * stride, to - from));
        }
    }
}
