using System.Runtime.CompilerServices;

namespace SegTrain.Kernels;

/// <summary>B^T d B of the image and A dY A^T of the gradient, a vector of channels at a time.</summary>
internal static unsafe class WinogradGradientInput<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Side = WinogradTiles.Side;
    private const int Stretch = WinogradGradientBuffers<TLanes>.Stretch;
    private const int Group = WinogradGradientBuffers<TLanes>.Group;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="grid">The tiles of an image.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="first">The piece's first tile.</param>
    /// <param name="end">Behind its last.</param>
    /// <param name="buffers">The transformed image is written.</param>
    public static void Images(ConvolutionSize size, WinogradTiles grid, float* x, int first, int end, WinogradGradientBuffers<TLanes> buffers)
    {
        for (var tile = first; tile < end;)
        {
            var here = grid.From(tile, Math.Min(end, tile + Stretch));
            var columns = here.Count * Side + 2;
            ChannelsLast.Fill(x + (long)here.Image * size.Inputs * size.Height * size.Width, size.Inputs, size.Height, size.Width,
                here.Row - 1, here.Column - 1, 6, columns, buffers.Pixels, buffers.Inputs);
            for (var c = 0; c < size.Inputs; c += TLanes.Count)
                Image(buffers.Pixels + c, columns, buffers.Inputs, here.Count, buffers.Halves, buffers.Images + (nint)(tile - first) * buffers.Inputs + c, buffers.ImageStride);
            tile += here.Count;
        }
    }

    /// <param name="size">What the convolution is of.</param>
    /// <param name="grid">The tiles of an image.</param>
    /// <param name="gradient">(N, D, H, W).</param>
    /// <param name="output">The group's first output.</param>
    /// <param name="outputs">How many it has.</param>
    /// <param name="first">The piece's first tile.</param>
    /// <param name="end">Behind its last.</param>
    /// <param name="buffers">The transformed gradient is written.</param>
    public static void Slopes(
        ConvolutionSize size, WinogradTiles grid, float* gradient, int output, int outputs, int first, int end, WinogradGradientBuffers<TLanes> buffers)
    {
        for (var tile = first; tile < end;)
        {
            var here = grid.From(tile, Math.Min(end, tile + Stretch));
            var columns = here.Count * Side;
            ChannelsLast.Fill(gradient + ((long)here.Image * size.Outputs + output) * size.Height * size.Width, outputs, size.Height, size.Width,
                here.Row, here.Column, Side, columns, buffers.Pixels, Group);
            for (var d = 0; d < outputs; d += TLanes.Count)
                Slope(buffers.Pixels + d, columns, here.Count, buffers.Halves, buffers.Slopes + (nint)(tile - first) * Group + d);
            tile += here.Count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Image(float* pixels, int columns, int stride, int tiles, float* halves, float* to, nint place)
    {
        var row = (nint)columns * stride;
        var line = (nint)columns * TLanes.Count;
        for (var j = 0; j < columns; j++, pixels += stride)
        {
            var (d0, d1, d2) = (TLanes.Load(pixels), TLanes.Load(pixels + row), TLanes.Load(pixels + 2 * row));
            var (d3, d4, d5) = (TLanes.Load(pixels + 3 * row), TLanes.Load(pixels + 4 * row), TLanes.Load(pixels + 5 * row));
            WinogradTransform<TLanes>.Input(ref d0, ref d1, ref d2, ref d3, ref d4, ref d5);
            Store(halves + (nint)j * TLanes.Count, line, d0, d1, d2, d3, d4, d5);
        }
        for (var i = 0; i < 6; i++, to += 6 * place)
        {
            var from = halves + i * line;
            for (var tile = 0; tile < tiles; tile++, from += Side * TLanes.Count)
            {
                var (d0, d1, d2) = (TLanes.Load(from), TLanes.Load(from + TLanes.Count), TLanes.Load(from + 2 * TLanes.Count));
                var (d3, d4, d5) = (TLanes.Load(from + 3 * TLanes.Count), TLanes.Load(from + 4 * TLanes.Count), TLanes.Load(from + 5 * TLanes.Count));
                WinogradTransform<TLanes>.Input(ref d0, ref d1, ref d2, ref d3, ref d4, ref d5);
                Store(to + (nint)tile * stride, place, d0, d1, d2, d3, d4, d5);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Slope(float* pixels, int columns, int tiles, float* halves, float* to)
    {
        var row = (nint)columns * Group;
        var line = (nint)columns * TLanes.Count;
        for (var j = 0; j < columns; j++, pixels += Group)
        {
            var (z0, z1, z2, z3, z4, z5) = WinogradTransform<TLanes>.Slopes(
                TLanes.Load(pixels), TLanes.Load(pixels + row), TLanes.Load(pixels + 2 * row), TLanes.Load(pixels + 3 * row));
            Store(halves + (nint)j * TLanes.Count, line, z0, z1, z2, z3, z4, z5);
        }
        var place = WinogradGradientBuffers<TLanes>.SlopeStride;
        for (var i = 0; i < 6; i++, to += 6 * place)
        {
            var from = halves + i * line;
            for (var tile = 0; tile < tiles; tile++, from += Side * TLanes.Count)
            {
                var (z0, z1, z2, z3, z4, z5) = WinogradTransform<TLanes>.Slopes(
                    TLanes.Load(from), TLanes.Load(from + TLanes.Count), TLanes.Load(from + 2 * TLanes.Count), TLanes.Load(from + 3 * TLanes.Count));
                Store(to + (nint)tile * Group, place, z0, z1, z2, z3, z4, z5);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, nint stride, TLanes first, TLanes second, TLanes third, TLanes fourth, TLanes fifth, TLanes sixth)
    {
        first.Store(to);
        second.Store(to + stride);
        third.Store(to + 2 * stride);
        fourth.Store(to + 3 * stride);
        fifth.Store(to + 4 * stride);
        sixth.Store(to + 5 * stride);
    }
}
