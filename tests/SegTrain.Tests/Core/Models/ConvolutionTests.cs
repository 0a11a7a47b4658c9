using SegTrain.Core.Engine.Convolutions;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>The convolution of a net against LibTorch's in double precision.</summary>
public sealed class ConvolutionTests
{
    /// <summary>
    /// Images, inputs, outputs, height, width: one tile, part of one, short rows of tiles joined to a line, a row cut in two, more rows than threads, channels that no
    /// vector of four holds.
    /// </summary>
    public static TheoryData<long, long, long, long, long> Shapes => new()
    {
        { 1, 4, 4, 16, 16 }, { 3, 8, 12, 17, 19 }, { 5, 12, 8, 16, 18 }, { 2, 4, 8, 7, 300 }, { 1, 16, 16, 90, 61 }, { 2, 20, 4, 33, 97 }, { 2, 3, 8, 20, 20 }, { 2, 8, 5, 20, 20 }, { 2, 8, 8, 2, 2 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_the_sums(long images, long inputs, long outputs, long height, long width)
    {
        var before = get_num_threads();
        foreach (var threads in (int[])[1, 3])
        {
            set_num_threads(threads);
            AssertSums(images, inputs, outputs, height, width);
        }
        set_num_threads(before);
    }

    /// <summary>Where nothing is learnt another way is taken through the operator.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_bias_is_added_in_inference(long images, long inputs, long outputs, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var (x, weight, bias) = (Random(images, inputs, height, width), Random(outputs, inputs, 3, 3), Random(outputs));
        var plain = TrustedConvolution.Apply(x, weight, null, stride: 1);
        var wanted = plain + bias.reshape(-1, 1, 1);
        var found = TrustedConvolution.Apply(x, weight, bias, stride: 1);
        Assert.InRange(NetFixture.Numbers((wanted - found).abs()).Max(), 0, 1e-5f);
    }

    [Fact]
    public void Not_a_number_reaches_its_neighbours()
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var x = zeros([1, 4, 32, 32]);
        x.narrow(2, 9, 1).narrow(3, 9, 1).fill_(float.NaN);
        var y = NetFixture.Numbers(TrustedConvolution.Apply(x, Random(4, 4, 3, 3), null, stride: 1).narrow(1, 0, 1));
        for (var i = 0; i < y.Length; i++)
            Assert.True(float.IsNaN(y[i]) || i / 32 is < 8 or > 10 || i % 32 is < 8 or > 10);
    }

    private static void AssertSums(long images, long inputs, long outputs, long height, long width)
    {
        using var scope = NewDisposeScope();
        var (x, weight, bias) = (Random(images, inputs, height, width), Random(outputs, inputs, 3, 3), Random(outputs));
        var factors = Random(images, outputs, height, width);
        var runs = ((ScalarType[])[float64, float32]).Select(type =>
        {
            Tensor[] leaves = [.. ((Tensor[])[x, weight, bias]).Select(leaf => leaf.to(type, copy: true).requires_grad_())];
            var y = type == float64
                ? nn.functional.conv2d(leaves[0], leaves[1], leaves[2], padding: [1, 1])
                : TrustedConvolution.Apply(leaves[0], leaves[1], leaves[2], stride: 1);
            (y * factors.to(type)).sum().backward();
            return (Tensor[])[y, .. leaves.Select(static leaf => leaf.grad!)];
        }).ToList();
        foreach (var (wanted, found) in runs[0].Zip(runs[1]))
        {
            Assert.Equal(wanted.shape, found.shape);
            var room = NetFixture.Numbers(wanted.abs().to(float32)).Max() * 3e-6f;
            Assert.InRange(NetFixture.Numbers((wanted - found).abs().to(float32)).Max(), 0, room);
        }
    }

    private static Tensor Random(params long[] shape) => NetFixture.Uniform(shape.Aggregate(11, static (hash, side) => hash * 31 + (int)side), shape) - 0.5;
}
