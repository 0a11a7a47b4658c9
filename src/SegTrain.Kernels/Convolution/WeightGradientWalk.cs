using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SegTrain.Kernels;

/// <summary>
/// Sums over all pixels of products of a gradient and an image's pixel beside it. Work is cut into parts of the images and blocks of four outputs, by the sizes alone;
/// the sums of a band are added up in float64, part by part.
/// </summary>
internal static unsafe class WeightGradientWalk<TLanes>
    where TLanes : struct, ILanes<TLanes>
{
    private const int Block = PackedWeights.Block;
    private const int Taps = 9;
    private const int MostParts = 16;

    /// <summary>What the sums of all parts may take, in numbers of float64.</summary>
    private const long Budget = 1 << 21;

    /// <param name="size">What the convolution is of.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="gradient">(N, D, H, W).</param>
    /// <param name="result">(D, C, 3, 3).</param>
    public static void Run(ConvolutionSize size, float* x, float* gradient, float* result)
    {
        var blocks = (size.Outputs + Block - 1) / Block;
        var rows = Band.Rows(size.Inputs, size.Height, size.Width);
        var bands = (size.Height + rows - 1) / rows;
        var pieces = size.Images * bands;
        var length = (long)blocks * Block * size.Inputs * Taps;
        var parts = (int)Math.Clamp(Budget / length, 1, Math.Min(MostParts, pieces));
        var sums = (double*)NativeMemory.AllocZeroed((nuint)(parts * length), sizeof(double));
        Parallel.For(0, parts * blocks, () => Buffers(size, rows), (item, _, buffers) =>
        {
            var (part, block) = (item / blocks, item % blocks);
            var into = sums + part * length + (long)block * Block * size.Inputs * Taps;
            for (var piece = part * pieces / parts; piece < (part + 1) * pieces / parts; piece++)
                Add(size, buffers, x, gradient, piece / bands, piece % bands * rows, Math.Min(rows, size.Height - piece % bands * rows), block * Block, into);
            return buffers;
        }, static buffers =>
        {
            buffers.Image.Dispose();
            buffers.Gradient.Dispose();
        });
        for (var i = 0L; i < (long)size.Outputs * size.Inputs * Taps; i++)
        {
            var sum = 0.0;
            for (var part = 0; part < parts; part++) sum += sums[part * length + i];
            result[i] = (float)sum;
        }
        NativeMemory.Free(sums);
    }

    private static (Band Image, Band Gradient) Buffers(ConvolutionSize size, int rows) =>
        (new Band(size.Inputs, size.Height, size.Width, rows, TLanes.Count), new Band(Block, size.Height, size.Width, rows, TLanes.Count));

    private static void Add(ConvolutionSize size, (Band Image, Band Gradient) buffers, float* x, float* gradient, int n, int row, int rows, int first, double* sums)
    {
        var plane = (long)size.Height * size.Width;
        var (image, slopes) = buffers;
        var outputs = Math.Min(Block, size.Outputs - first);
        image.FillWithNeighbours(x + n * size.Inputs * plane, row, rows);
        slopes.FillAlone(gradient + (n * (long)size.Outputs + first) * plane, row, rows, outputs);
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
}
