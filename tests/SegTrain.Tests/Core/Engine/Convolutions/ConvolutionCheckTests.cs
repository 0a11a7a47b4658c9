using SegTrain.Core.Engine.Convolutions;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Engine.Convolutions;

/// <summary>The check by layers that tell the truth, in float64, and by layers that lie in one number.</summary>
public sealed class ConvolutionCheckTests
{
    public static TheoryData<int, int, int, int> Shapes => new() { { 3, 8, 3, 1 }, { 20, 20, 3, 1 }, { 1, 16, 1, 1 }, { 16, 1, 3, 1 }, { 5, 3, 2, 2 }, { 64, 63, 3, 1 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_truth_is_believed(int inputs, int outputs, int size, int stride)
    {
        var shape = new ConvolutionShape(inputs, outputs, size, stride);
        Assert.True(ConvolutionCheck.IsRight(shape, float64, CPU, True(shape)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void One_wrong_channel_of_the_output_is_seen(int inputs, int outputs, int size, int stride)
    {
        var shape = new ConvolutionShape(inputs, outputs, size, stride);
        Assert.False(ConvolutionCheck.IsRight(shape, float64, CPU, (x, weight) =>
        {
            var y = True(shape)(x, weight);
            return y + (y * LastOf(y, 1)).detach() * 0.5;
        }));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void One_wrong_channel_of_the_inputs_gradient_is_seen(int inputs, int outputs, int size, int stride)
    {
        var shape = new ConvolutionShape(inputs, outputs, size, stride);
        Assert.False(ConvolutionCheck.IsRight(shape, float64, CPU, (x, weight) => True(shape)(WithGradient(x, 1 + 0.5 * LastOf(x, 1)), weight)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_wrong_gradient_of_one_channels_weights_is_seen(int inputs, int outputs, int size, int stride)
    {
        var shape = new ConvolutionShape(inputs, outputs, size, stride);
        Assert.False(ConvolutionCheck.IsRight(shape, float64, CPU, (x, weight) => True(shape)(x, WithGradient(weight, 1 + 0.5 * LastOf(weight, 0)))));
    }

    [Fact]
    public void Not_a_number_is_seen()
    {
        var shape = new ConvolutionShape(3, 8, 3, 1);
        Assert.False(ConvolutionCheck.IsRight(shape, float64, CPU, (x, weight) => True(shape)(WithGradient(x, LastOf(x, 1) / LastOf(x, 1)), weight)));
    }

    /// <summary>x = [[1, 2], [3, 4]], w = [[1, 2, 3], [4, 5, 6], [7, 8, 9]] around its middle 5: y[0, 0] = 5*1 + 6*2 + 8*3 + 9*4 = 77.</summary>
    [Fact]
    public void Sums_by_hand()
    {
        var sums = new ConvolutionSums(new(1, 1, 3, 1), images: 1, height: 2, width: 2);
        float[] x = [1, 2, 3, 4], w = [1, 2, 3, 4, 5, 6, 7, 8, 9], g = [1, 0, 0, 0];
        Assert.Equal([77, 4 + 5 * 2 + 7 * 3 + 8 * 4, 2 + 3 * 2 + 5 * 3 + 6 * 4, 1 + 2 * 2 + 4 * 3 + 5 * 4], sums.Output(x, w, [1]));
        // Each pixel's share in y[0, 0].
        Assert.Equal([5, 6, 8, 9], sums.InputGradient(g, w, [1]));
        Assert.Equal([0, 0, 0, 0, 1, 2, 0, 3, 4], sums.WeightGradient(x, g, [1]));
        // A factor of an output or an input is one of the sum.
        Assert.Equal([154, 2 * 67, 2 * 47, 2 * 37], sums.Output(x, w, [2]));
        Assert.Equal([0, 0, 0, 0, 3, 6, 0, 9, 12], sums.WeightGradient(x, g, [3]));
    }

    [Theory]
    [InlineData(64, 64)]
    [InlineData(65, 49)]
    [InlineData(128, 64)]
    [InlineData(200, 56)]
    [InlineData(1024, 64)]
    public void Channels_beyond_four_blocks_are_folded_to_as_many_beyond_a_full_one(int channels, int folded) =>
        Assert.Equal(folded, new ConvolutionShape(channels, 1, 3, 1).Folded().Inputs);

    [Fact]
    public void A_shape_can_be_printed() => Assert.Contains("Inputs = 3, Outputs = 16", new ConvolutionShape(3, 16, 3, 1).ToString(), StringComparison.Ordinal);

    private static Convolve True(ConvolutionShape shape) => (x, weight) => nn.functional.conv2d(x, weight, strides: [shape.Stride, shape.Stride], padding: [shape.Padding, shape.Padding]);

    // The value as it is, the gradient times the factors.
    private static Tensor WithGradient(Tensor x, Tensor factors) => x.detach() + (x - x.detach()) * factors;

    private static Tensor LastOf(Tensor like, int dimension)
    {
        var last = zeros_like(like).detach();
        last.narrow(dimension, like.shape[dimension] - 1, 1).fill_(1);
        return last;
    }
}
