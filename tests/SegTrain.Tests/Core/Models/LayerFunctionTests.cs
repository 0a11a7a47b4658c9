using System.Runtime.InteropServices;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>Layers of float32, which are ours, against LibTorch's operators of float64: values, gradients and what the forward pass keeps.</summary>
public sealed class LayerFunctionTests
{
    public static TheoryData<long, long, long, long> Shapes => new() { { 2, 3, 6, 10 }, { 1, 1, 2, 2 }, { 3, 5, 70, 36 }, { 2, 70, 8, 8 }, { 4, 2, 2, 4 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Max_pool(long n, long c, long h, long w) => AssertSame([Random(1, n, c, h, w)], static x => Operators.MaxPool2x2(x[0]));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Batch_norm_and_relu_in_training(long n, long c, long h, long w) => AssertSame(
        [Random(2, n, c, h, w), Random(3, c), Random(4, c)], static x => Operators.BatchNormRelu(x[0], x[1], x[2], x[3], x[4], training: true, 0.3), Random(5, c), Random(6, c).square());

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Batch_norm_and_relu_with_known_statistics(long n, long c, long h, long w) => AssertSame(
        [Random(7, n, c, h, w), Random(8, c), Random(9, c)], static x => Operators.BatchNormRelu(x[0], x[1], x[2], x[3], x[4], training: false, 0.3), Random(10, c), Random(11, c).square());

    /// <summary>The mean is two hundred times the spread.</summary>
    [Fact]
    public void Batch_norm_and_relu_far_from_0() => AssertSame(
        [Random(12, 2, 3, 40, 40) + 64, Random(13, 3), Random(14, 3)], static x => Operators.BatchNormRelu(x[0], x[1], x[2], x[3], x[4], training: true, 0.3), zeros([3]), ones([3]));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Join(long n, long c, long h, long w) =>
        AssertSame([Random(15, n, c + 1, 2 * h, 2 * w), Random(16, n, 4 * c, h, w)], static x => Operators.CatPixelShuffle(x[0], x[1]));

    /// <summary>Of frozen norms, of a first layer, of a skip from frozen layers: what does not learn has no gradient, and the others have theirs.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Only_what_learns_has_a_gradient(int learning)
    {
        foreach (var training in (bool[])[true, false])
        {
            AssertSame(
                [Random(17, 2, 3, 6, 10), Random(18, 3), Random(19, 3)],
                x => Operators.BatchNormRelu(x[0], x[1], x[2], x[3], x[4], training, 0.3), learning, Random(20, 3), Random(21, 3).square());
        }
        if (learning < 3) AssertSame([Random(22, 2, 3, 6, 10), Random(23, 2, 8, 3, 5)], static x => Operators.CatPixelShuffle(x[0], x[1]), learning);
    }

    /// <summary>Channels last, and turned: neither input nor gradient lies as the kernels read it.</summary>
    [Fact]
    public void Tensors_may_lie_in_any_order()
    {
        static Tensor Turned(Tensor x) => x.permute(0, 3, 1, 2);
        AssertSame([Random(24, 2, 6, 8, 4)], static x => Operators.MaxPool2x2(Turned(x[0])).permute(0, 2, 1, 3));
        AssertSame(
            [Random(25, 2, 6, 8, 4), Random(26, 4), Random(27, 4)],
            static x => Operators.BatchNormRelu(Turned(x[0]), x[1], x[2], x[3], x[4], training: true, 0.3).permute(0, 2, 1, 3), Random(28, 4), Random(29, 4).square());
        AssertSame([Random(30, 2, 6, 8, 4), Random(31, 2, 3, 4, 8)], static x => Operators.CatPixelShuffle(Turned(x[0]), Turned(x[1])).permute(0, 2, 1, 3));
    }

    /// <summary>Of several NaN in a block the last, of equal numbers the first.</summary>
    [Fact]
    public void Pooling_chooses_as_LibTorch_does()
    {
        using var scope = NewDisposeScope();
        var random = new Random(1);
        var x = tensor([.. Enumerable.Range(0, 4096).Select(_ => random.Next(8) is 0 ? float.NaN : random.Next(3))], [1, 1, 64, 64]).requires_grad_();
        var g = Random(32, 1, 1, 32, 32).to(float32);
        (Operators.MaxPool2x2(x) * g).sum().backward();
        var found = Numbers(x.grad!);
        x.grad = zeros_like(x);
        (nn.functional.max_pool2d(x, 2) * g).sum().backward();
        Assert.Equal(Numbers(x.grad!), found);
    }

    private static Tensor Random(int seed, params long[] shape) => NetFixture.Uniform(seed, shape) - 0.5;

    private static void AssertSame(Tensor[] inputs, Func<Tensor[], Tensor> layer, params Tensor[] kept) => AssertSame(inputs, layer, int.MaxValue, kept);

    /// <param name="inputs">Float32.</param>
    /// <param name="layer">Of inputs, then what is kept.</param>
    /// <param name="learning">A bit for each input that learns.</param>
    /// <param name="kept">Read, or changed, by the forward pass.</param>
    private static void AssertSame(Tensor[] inputs, Func<Tensor[], Tensor> layer, int learning, params Tensor[] kept)
    {
        using var scope = NewDisposeScope();
        var runs = ((ScalarType[])[float64, float32]).Select(type =>
        {
            var learnt = inputs.Select((x, i) => x.detach().to(type, copy: true).requires_grad_((learning >> i & 1) == 1)).ToArray();
            var changed = kept.Select(x => x.to(type, copy: true)).ToArray();
            var y = layer([.. learnt, .. changed]);
            (y * Random(33, y.shape).to(type)).sum().backward();
            return (Tensor?[])[y, .. changed, .. learnt.Select(static x => x.grad)];
        }).ToList();
        foreach (var (wanted, found) in runs[0].Zip(runs[1]))
        {
            Assert.Equal(wanted is null, found is null);
            if (wanted is null || found is null) continue;
            Assert.Equal((float32, string.Join(',', wanted.shape)), (found.dtype, string.Join(',', found.shape)));
            var (a, b) = (Numbers(wanted), Numbers(found));
            var room = 1e-5f * Math.Max(1, a.Max(Math.Abs));
            for (var i = 0; i < a.Length; i++) Assert.InRange(b[i] - a[i], -room, room);
        }
    }

    private static float[] Numbers(Tensor values) => MemoryMarshal.Cast<byte, float>(values.detach().to(float32).contiguous().bytes).ToArray();
}
