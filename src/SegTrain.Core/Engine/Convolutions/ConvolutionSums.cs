namespace SegTrain.Core.Engine.Convolutions;

/// <summary>
/// What a convolution and its two gradients come to, by plain sums in float64. Not channel by channel, which would take as long as the convolution itself,
/// but as sums over channels with random factors: a convolution is linear, so that the sum over outputs is the convolution with the sum of their weights.
/// Something wrong in any channel is wrong in such a sum too, unless the factors happen to cancel it.
/// </summary>
/// <param name="shape">The convolution.</param>
/// <param name="images">N.</param>
/// <param name="height">H, a multiple of the stride.</param>
/// <param name="width">W, a multiple of the stride.</param>
internal sealed class ConvolutionSums(ConvolutionShape shape, int images, int height, int width)
{
    private readonly int _taps = shape.Size * shape.Size;
    private readonly int _outside = height / shape.Stride * (width / shape.Stride);
    private readonly (int Tap, int Inside, int Outside)[] _products = Products(shape, height, width);

    /// <summary>sum_d a_d y[n, d, p] for the y of the convolution: (N, H / stride, W / stride).</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(D, C, size, size).</param>
    /// <param name="a">(D).</param>
    public double[] Output(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<double> a)
    {
        // (C, size, size).
        var summed = Weighted(weight, a, shape.Inputs * _taps);
        var sums = new double[images * _outside];
        for (var n = 0; n < images; n++)
        {
            for (var c = 0; c < shape.Inputs; c++)
            {
                foreach (var (tap, inside, outside) in _products)
                    sums[n * _outside + outside] += summed[c * _taps + tap] * x[(n * shape.Inputs + c) * height * width + inside];
            }
        }
        return sums;
    }

    /// <summary>sum_c b_c dx[n, c, q] for the gradient of sum(y g) by x: (N, H, W).</summary>
    /// <param name="g">(N, D, H / stride, W / stride).</param>
    /// <param name="weight">(D, C, size, size).</param>
    /// <param name="b">(C).</param>
    public double[] InputGradient(ReadOnlySpan<float> g, ReadOnlySpan<float> weight, ReadOnlySpan<double> b)
    {
        var sums = new double[images * height * width];
        for (var d = 0; d < shape.Outputs; d++)
        {
            // (size, size).
            var summed = Weighted(weight.Slice(d * shape.Inputs * _taps, shape.Inputs * _taps), b, _taps);
            for (var n = 0; n < images; n++)
            {
                foreach (var (tap, inside, outside) in _products)
                    sums[n * height * width + inside] += summed[tap] * g[(n * shape.Outputs + d) * _outside + outside];
            }
        }
        return sums;
    }

    /// <summary>sum_c b_c dw[d, c, k] for the gradient of sum(y g) by the weights: (D, size, size).</summary>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="g">(N, D, H / stride, W / stride).</param>
    /// <param name="b">(C).</param>
    public double[] WeightGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> g, ReadOnlySpan<double> b)
    {
        var sums = new double[shape.Outputs * _taps];
        for (var n = 0; n < images; n++)
        {
            var image = Weighted(x.Slice(n * shape.Inputs * height * width, shape.Inputs * height * width), b, height * width);
            for (var d = 0; d < shape.Outputs; d++)
            {
                foreach (var (tap, inside, outside) in _products) sums[d * _taps + tap] += image[inside] * g[(n * shape.Outputs + d) * _outside + outside];
            }
        }
        return sums;
    }

    /// <summary>sum_i factors_i values[i, ...]: planes of a length, one for each factor.</summary>
    private static double[] Weighted(ReadOnlySpan<float> values, ReadOnlySpan<double> factors, int length)
    {
        var sums = new double[length];
        for (var i = 0; i < factors.Length; i++)
        {
            var plane = values.Slice(i * length, length);
            for (var j = 0; j < plane.Length; j++) sums[j] += factors[i] * plane[j];
        }
        return sums;
    }

    // Every place of the kernel over every pixel of the output, where it is not on the zeros around the image.
    private static (int Tap, int Inside, int Outside)[] Products(ConvolutionShape shape, int height, int width)
    {
        var products = new List<(int, int, int)>();
        for (var tap = 0; tap < shape.Size * shape.Size; tap++)
        {
            for (var pixel = 0; pixel < height / shape.Stride * (width / shape.Stride); pixel++)
            {
                var (row, column) = int.DivRem(pixel, width / shape.Stride);
                var (y, x) = (row * shape.Stride + tap / shape.Size - shape.Padding, column * shape.Stride + tap % shape.Size - shape.Padding);
                if (y >= 0 && y < height && x >= 0 && x < width) products.Add((tap, y * width + x, pixel));
            }
        }
        return [.. products];
    }
}
