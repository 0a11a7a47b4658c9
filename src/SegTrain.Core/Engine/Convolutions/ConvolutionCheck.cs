using System.Runtime.InteropServices;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Engine.Convolutions;

/// <summary>A convolution as a layer computes it: of x (N, C, H, W) and weights (D, C, size, size).</summary>
internal delegate Tensor Convolve(Tensor x, Tensor weight);

/// <summary>
/// Whether a convolution is computed rightly here: output and both gradients against plain sums in float64. Libraries choose their kernels by what a processor
/// says of itself, and on virtual machines that hide their caches oneDNN's are wrong for many numbers of channels, without a word.
/// </summary>
internal static class ConvolutionCheck
{
    // LibTorch takes another way for one small image alone.
    private const int Images = 2;
    private const int Height = 6;
    private const int Width = 8;

    // Of the root of the summed squares. What is wrong is wrong by a tenth or more; bfloat16's rounding is of one in 500.
    private static double Tolerance(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64 ? 1e-4 : 2e-2;

    /// <param name="shape">The convolution.</param>
    /// <param name="type">Of x and weights.</param>
    /// <param name="device">Where it is computed.</param>
    /// <param name="convolve">The way that is checked.</param>
    public static bool IsRight(ConvolutionShape shape, ScalarType type, Device device, Convolve convolve)
    {
        var random = new Random(shape.GetHashCode());
        var x = Numbers(random, Images * shape.Inputs * Height * Width);
        var weight = Numbers(random, shape.Outputs * shape.Inputs * shape.Size * shape.Size);
        var (rows, columns) = (Height / shape.Stride, Width / shape.Stride);
        var g = Numbers(random, Images * shape.Outputs * rows * columns);
        var (a, b) = (Factors(random, shape.Outputs), Factors(random, shape.Inputs));

        using var gradients = enable_grad();
        using var scope = NewDisposeScope();
        Tensor On(float[] values, params long[] sides) => tensor(values, sides).to(type).to(device);
        var inputs = On(x, Images, shape.Inputs, Height, Width).requires_grad_();
        var weights = On(weight, shape.Outputs, shape.Inputs, shape.Size, shape.Size).requires_grad_();
        var y = convolve(inputs, weights);
        Backward.From((y * On(g, Images, shape.Outputs, rows, columns)).sum());

        var sums = new ConvolutionSums(shape, Images, Height, Width);
        var tolerance = Tolerance(type);
        return IsClose(Read(y), a, rows * columns, sums.Output(x, weight, a), tolerance)
            && IsClose(Read(inputs.grad!), b, Height * Width, sums.InputGradient(g, weight, b), tolerance)
            && IsClose(Read(weights.grad!), b, shape.Size * shape.Size, sums.WeightGradient(x, g, b), tolerance);
    }

    /// <summary>Of (rows, factors, plane) and the sums over the factors that are wanted, (rows, plane). Terms may cancel in a sum, but their rounding does not.</summary>
    private static bool IsClose(ReadOnlySpan<float> found, ReadOnlySpan<double> factors, int plane, ReadOnlySpan<double> wanted, double tolerance)
    {
        var (furthest, largest) = (0.0, 0.0);
        for (var i = 0; i < wanted.Length; i++)
        {
            var (row, place) = int.DivRem(i, plane);
            var (sum, squares) = (0.0, 0.0);
            for (var k = 0; k < factors.Length; k++)
            {
                var term = factors[k] * found[(row * factors.Length + k) * plane + place];
                (sum, squares) = (sum + term, squares + term * term);
            }
            (furthest, largest) = (Math.Max(furthest, Math.Abs(sum - wanted[i])), Math.Max(largest, squares));
        }
        // Not a number is not close.
        return furthest <= tolerance * Math.Sqrt(largest);
    }

    // Sixty-fourths: exact in every type, so that only what the convolution itself rounds differs.
    private static float[] Numbers(Random random, int count)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++) numbers[i] = random.Next(-64, 65) / 64f;
        return numbers;
    }

    private static double[] Factors(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() + 0.5)];

    private static float[] Read(Tensor values) => MemoryMarshal.Cast<byte, float>(values.detach().to(float32).cpu().contiguous().bytes).ToArray();
}
