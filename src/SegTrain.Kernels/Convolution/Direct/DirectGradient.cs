using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>
/// Sums over all pixels of products of a gradient and an image's pixel beside it. Work is cut into parts of the images and blocks of four outputs, by the sizes alone;
/// the sums of a band are added up in float64, part by part.
/// </summary>
internal static unsafe class DirectGradient<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Block = PackedWeights.Block;
    private const int Taps = 9;

    /// <summary>Items of work that keep any number of processors busy; more parts than that take cost more memory.</summary>
    private const int Enough = 16;

    /// <summary>Blocks of outputs that share an image once it lies in the cache.</summary>
    private const int Sharing = 8;

    /// <summary>Pixels after which the adding up of lanes no longer counts.</summary>
    private const int Long = 512;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="gradient">(N, D, H, W).</param>
    /// <param name="result">(D, C, 3, 3).</param>
    public static void Run(ConvolutionSize size, float* x, float* gradient, float* result)
    {
        var blocks = (size.Outputs + Block - 1) / Block;
        var groups = (blocks + Sharing - 1) / Sharing;
        var cut = Cut.Of(size);
        var parts = Math.Clamp(Enough / groups, 1, cut.Pieces);
        var length = (long)blocks * Block * size.Inputs * Taps;
        var sums = (double*)NativeMemory.AllocZeroed((nuint)(parts * length), sizeof(double));
        try
        {
            AddUp(size, cut, parts, groups, x, gradient, sums);
            Shares.Each(size.Outputs, d =>
            {
                for (var i = (long)d * size.Inputs * Taps; i < (d + 1L) * size.Inputs * Taps; i++)
                {
                    var sum = 0.0;
                    for (var part = 0; part < parts; part++) sum += sums[part * length + i];
                    result[i] = (float)sum;
                }
            });
        }
        finally
        {
            NativeMemory.Free(sums);
        }
    }

    // (parts, D to a multiple of four, C, 3, 3).
    private static void AddUp(ConvolutionSize size, Cut cut, int parts, int groups, float* x, float* gradient, double* sums)
    {
        var blocks = (size.Outputs + Block - 1) / Block;
        var length = (long)blocks * Block * size.Inputs * Taps;
        Shares.Each(parts * groups, () => Buffers(size, cut), (item, buffers) =>
        {
            var (part, group) = (item / groups, item % groups);
            for (var piece = part * cut.Pieces / parts; piece < (part + 1) * cut.Pieces / parts; piece++)
            {
                var here = cut.At(piece, size);
                for (var image = 0; image < here.Images; image++)
                {
                    buffers.Image.FillWithNeighbours(
                        x + (long)(here.First + image) * size.Inputs * size.Height * size.Width, here.Row, here.Rows, image * (size.Height + 2));
                }
                for (var block = group * Sharing; block < Math.Min(blocks, (group + 1) * Sharing); block++)
                    Add(size, buffers, gradient, here, block * Block, sums + part * length + (long)block * Block * size.Inputs * Taps);
            }
        }, static buffers =>
        {
            buffers.Image.Dispose();
            buffers.Gradient.Dispose();
        });
    }

    private static (Band Image, Band Gradient) Buffers(ConvolutionSize size, Cut cut)
    {
        var rows = cut.Together > 1 ? cut.Together * (size.Height + 2) - 2 : cut.Rows;
        return (new Band(size.Inputs, size.Height, size.Width, rows, TLanes.Count), new Band(Block, size.Height, size.Width, rows, TLanes.Count));
    }

    private static void Add(ConvolutionSize size, (Band Image, Band Gradient) buffers, float* gradient, Piece here, int first, double* sums)
    {
        var (image, slopes) = buffers;
        var outputs = Math.Min(Block, size.Outputs - first);
        for (var n = 0; n < here.Images; n++)
        {
            var from = gradient + ((long)(here.First + n) * size.Outputs + first) * size.Height * size.Width;
            slopes.FillAlone(from, here.Row, here.Rows, outputs, n * (size.Height + 2));
        }
        var rows = here.Images > 1 ? here.Images * (size.Height + 2) - 2 : here.Rows;
        var found = stackalloc float[Block * 3];
        for (var c = 0; c < size.Inputs; c++)
        {
            for (var k = 0; k < 3; k++)
            {
                Sums(image.Values + (long)c * image.ChannelStride + k * image.Stride, slopes.Values + slopes.Stride + 1, slopes.ChannelStride, rows * image.Stride - 2, found);
                for (var d = 0; d < outputs; d++)
                {
                    for (var l = 0; l < 3; l++) sums[(d * size.Inputs + c) * Taps + k * 3 + l] += found[d * 3 + l];
                }
            }
        }
    }

    /// <summary>For four outputs and the three places of a row of the kernel.</summary>
    /// <param name="x">The first pixel's neighbour to the left, in the row that the kernel's row meets.</param>
    /// <param name="g">The gradient at the first pixel, in the first output; 0 outside the image.</param>
    /// <param name="outputStride">To the same pixel in the next output.</param>
    /// <param name="pixels">How many; zeros of the gradient lie behind.</param>
    /// <param name="found">(4, 3), written.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sums(float* x, float* g, nint outputStride, int pixels, float* found)
    {
        TLanes a0 = default, a1 = default, a2 = default, b0 = default, b1 = default, b2 = default;
        TLanes c0 = default, c1 = default, c2 = default, d0 = default, d1 = default, d2 = default;
        for (var at = 0; at < pixels; at += TLanes.Count)
        {
            var (x0, x1, x2) = (TLanes.Load(x + at), TLanes.Load(x + at + 1), TLanes.Load(x + at + 2));
            var slopes = g + at;
            var v = TLanes.Load(slopes);
            (a0, a1, a2) = (TLanes.MultiplyAdd(x0, v, a0), TLanes.MultiplyAdd(x1, v, a1), TLanes.MultiplyAdd(x2, v, a2));
            v = TLanes.Load(slopes + outputStride);
            (b0, b1, b2) = (TLanes.MultiplyAdd(x0, v, b0), TLanes.MultiplyAdd(x1, v, b1), TLanes.MultiplyAdd(x2, v, b2));
            v = TLanes.Load(slopes + 2 * outputStride);
            (c0, c1, c2) = (TLanes.MultiplyAdd(x0, v, c0), TLanes.MultiplyAdd(x1, v, c1), TLanes.MultiplyAdd(x2, v, c2));
            v = TLanes.Load(slopes + 3 * outputStride);
            (d0, d1, d2) = (TLanes.MultiplyAdd(x0, v, d0), TLanes.MultiplyAdd(x1, v, d1), TLanes.MultiplyAdd(x2, v, d2));
        }
        (found[0], found[1], found[2]) = (a0.Sum(), a1.Sum(), a2.Sum());
        (found[3], found[4], found[5]) = (b0.Sum(), b1.Sum(), b2.Sum());
        (found[6], found[7], found[8]) = (c0.Sum(), c1.Sum(), c2.Sum());
        (found[9], found[10], found[11]) = (d0.Sum(), d1.Sum(), d2.Sum());
    }

    /// <summary>How the pixels of a batch are cut: small images lie in a band together, one below the other, large ones are cut into bands.</summary>
    /// <param name="Rows">Of an image in a band.</param>
    /// <param name="Bands">Of an image.</param>
    /// <param name="Together">Images in a band.</param>
    /// <param name="Pieces">Bands in all.</param>
    private readonly record struct Cut(int Rows, int Bands, int Together, int Pieces)
    {
        public static Cut Of(ConvolutionSize size)
        {
            var rows = Band.Rows(size.Inputs, size.Height, size.Width);
            var bands = (size.Height + rows - 1) / rows;
            var together = bands > 1 ? 1 : Math.Clamp(Long / ((size.Height + 2) * (size.Width + 2)), 1, size.Images);
            return new(rows, bands, together, bands > 1 ? size.Images * bands : (size.Images + together - 1) / together);
        }

        public Piece At(int piece, ConvolutionSize size) => Bands > 1
            ? new(piece / Bands, 1, piece % Bands * Rows, Math.Min(Rows, size.Height - piece % Bands * Rows))
            : new(piece * Together, Math.Min(Together, size.Images - piece * Together), 0, size.Height);
    }

    private readonly record struct Piece(int First, int Images, int Row, int Rows);
}
