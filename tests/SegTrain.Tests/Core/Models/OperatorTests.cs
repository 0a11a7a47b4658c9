using System.Runtime.InteropServices;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>The fused layers against their formulas written in elementary operators, values and gradients.</summary>
public sealed class OperatorTests
{
    private const double Eps = 1e-5;
    private const double Momentum = 0.1;

    /// <summary>Planes below and above the length of a block of sums, and no multiple of a vector.</summary>
    public static TheoryData<long, long, long, long> Shapes => new() { { 2, 3, 5, 7 }, { 1, 1, 1, 2 }, { 3, 2, 70, 71 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Batch_norm_and_relu_in_training(long n, long c, long h, long w)
    {
        using var scope = NewDisposeScope();
        var (x, scale, shift) = Inputs(n, c, h, w);
        var (runningMean, runningVariance) = (Random(c), Random(c).square());
        var mean = x.mean([0, 2, 3], keepdim: true);
        var variance = (x - mean).square().mean([0, 2, 3], keepdim: true);
        var wanted = ((x - mean) / (variance + Eps).sqrt() * Across(scale) + Across(shift)).relu();
        double pixels = n * h * w;
        var wantedMean = runningMean * 0.9 + mean.detach().reshape(c) * 0.1;
        var wantedVariance = runningVariance * 0.9 + variance.detach().reshape(c) * (0.1 * pixels / (pixels - 1));

        AssertSame([x, scale, shift], wanted, Operators.BatchNormRelu(x, scale, shift, runningMean, runningVariance, training: true, Momentum));
        AssertClose(wantedMean, runningMean);
        AssertClose(wantedVariance, runningVariance);
    }

    [Fact]
    public void Batch_norm_and_relu_with_known_statistics()
    {
        using var scope = NewDisposeScope();
        var (x, scale, shift) = Inputs(2, 3, 5, 7);
        var (mean, variance) = (Random(3), Random(3).square() + 0.5);
        var before = Numbers(mean);
        var wanted = ((x - Across(mean)) / (Across(variance) + Eps).sqrt() * Across(scale) + Across(shift)).relu();
        AssertSame([x, scale, shift], wanted, Operators.BatchNormRelu(x, scale, shift, mean, variance, training: false, Momentum));
        Assert.Equal(before, Numbers(mean));
    }

    /// <summary>A mean a thousand times the spread costs three of float's seven digits; sums of squares about 0 would lose all.</summary>
    [Fact]
    public void The_variance_survives_a_large_mean()
    {
        using var scope = NewDisposeScope();
        var x = Random(2, 1, 64, 64);
        var (mean, variance) = (zeros([1]), ones([1]));
        var y = Operators.BatchNormRelu(x + 1000.0, ones([1]), zeros([1]), mean, variance, training: true, Momentum);
        var centered = x - x.mean();
        var wanted = (centered / (centered.square().mean() + Eps).sqrt()).relu();
        Assert.InRange(Numbers((y - wanted).abs()).Max(), 0, 2e-3);
    }

    [Fact]
    public void Not_a_number_stays_one()
    {
        using var scope = NewDisposeScope();
        var x = tensor([float.NaN, 1f, 2f, 3f], [1, 1, 2, 2]);
        Assert.True(float.IsNaN(Operators.MaxPool2x2(x).item<float>()));
        Assert.All(Numbers(Operators.BatchNormRelu(x, ones([1]), zeros([1]), zeros([1]), ones([1]), training: true, Momentum)), static y => Assert.True(float.IsNaN(y)));
    }

    [Fact]
    public void Max_pool_is_the_largest_of_four()
    {
        using var scope = NewDisposeScope();
        var x = Random(2, 3, 6, 34).requires_grad_();
        var wanted = x.reshape(2, 3, 3, 2, 17, 2).permute(0, 1, 2, 4, 3, 5).reshape(2, 3, 3, 17, 4).amax([4]);
        AssertSame([x], wanted, Operators.MaxPool2x2(x));
    }

    /// <summary>Four equal pixels: the first one gets the gradient, as LibTorch has it.</summary>
    [Fact]
    public void Of_equal_pixels_the_first_is_the_largest()
    {
        using var scope = NewDisposeScope();
        var x = ones([1, 1, 2, 2]).requires_grad_();
        Operators.MaxPool2x2(x).sum().backward();
        Assert.Equal([1f, 0f, 0f, 0f], Numbers(x.grad!));
    }

    [Fact]
    public void Joined_channels_are_the_skip_and_the_shuffled_blocks()
    {
        using var scope = NewDisposeScope();
        var skip = Random(2, 3, 4, 10).requires_grad_();
        var blocks = Random(2, 8, 2, 5).requires_grad_();
        var shuffled = blocks.reshape(2, 2, 2, 2, 2, 5).permute(0, 1, 4, 2, 5, 3).reshape(2, 2, 4, 10);
        AssertSame([skip, blocks], cat([skip, shuffled], 1), Operators.CatPixelShuffle(skip, blocks));
    }

    /// <summary>The same numbers in float32 give the same, rounded once.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void Batch_norm_and_relu_of_bfloat16(long n, long c, long h, long w)
    {
        using var scope = NewDisposeScope();
        var (scale, shift, numbers) = (Random(c).requires_grad_(), Random(c).requires_grad_(), Random(n, c, h, w).to(bfloat16));
        var runs = ((ScalarType[])[float32, bfloat16]).Select(type =>
        {
            var x = numbers.to(type, copy: true).requires_grad_();
            var (mean, variance) = (zeros([c]), ones([c]));
            foreach (var input in (Tensor[])[scale, shift]) input.grad = zeros_like(input);
            var y = Operators.BatchNormRelu(x, scale, shift, mean, variance, training: true, Momentum);
            (y * Random(n, c, h, w).to(bfloat16).to(type)).sum().backward();
            Assert.Equal(type, y.dtype);
            return (Tensor[])[y, x.grad!, scale.grad!.clone(), shift.grad!.clone(), mean, variance];
        }).ToList();
        for (var i = 0; i < runs[0].Length; i++) AssertClose(runs[0][i], runs[1][i].to(float32), 1.0f / 256);
    }

    /// <summary>1 + 2^-8 lies midway between two numbers of bfloat16, as do its odd multiples: half of them go up.</summary>
    [Fact]
    public void Bfloat16_is_rounded_as_LibTorch_rounds()
    {
        using var scope = NewDisposeScope();
        var x = cat([arange(64, float32), tensor([float.NaN, float.PositiveInfinity, 3.3e38f, 1e-40f], [4])]).reshape(1, 1, 4, 17).to(bfloat16);
        // As good as 1 with what is added to it.
        var (scale, variance) = (ones([1]) * (1 + 1.0 / 256), ones([1]) * (1 - Eps));
        Tensor Rounded(Tensor input) => Operators.BatchNormRelu(input, scale, zeros([1]), zeros([1]), variance, training: false, Momentum).to(bfloat16).to(float32);
        Assert.Equal(Numbers(Rounded(x.to(float32))), Numbers(Rounded(x)));
    }

    [Fact]
    public void Pooling_and_joining_of_bfloat16_are_exact()
    {
        using var scope = NewDisposeScope();
        var (numbers, blocks) = (Random(2, 3, 6, 34).to(bfloat16), Random(2, 8, 3, 17).to(bfloat16));
        var runs = ((ScalarType[])[float32, bfloat16]).Select(type =>
        {
            var (x, b) = (numbers.to(type, copy: true).requires_grad_(), blocks.to(type, copy: true).requires_grad_());
            var (largest, joined) = (Operators.MaxPool2x2(x), Operators.CatPixelShuffle(x, b));
            Assert.Equal((type, type), (largest.dtype, joined.dtype));
            (largest * 3.0).sum().backward();
            var pooled = x.grad!.clone();
            x.grad = zeros_like(x);
            (joined * joined).sum().backward();
            return (Tensor[])[largest, joined, pooled, x.grad!, b.grad!];
        }).ToList();
        for (var i = 0; i < runs[0].Length; i++) Assert.Equal(Numbers(runs[0][i].to(bfloat16).to(float32)), Numbers(runs[1][i].to(float32)));
    }

    private static (Tensor X, Tensor Scale, Tensor Shift) Inputs(long n, long c, long h, long w) =>
        (Random(n, c, h, w).requires_grad_(), Random(c).requires_grad_(), Random(c).requires_grad_());

    private static Tensor Random(params long[] shape) => NetFixture.Uniform(shape.Aggregate(17, static (hash, side) => hash * 31 + (int)side), shape) - 0.5;

    private static Tensor Across(Tensor perChannel) => perChannel.reshape(1, -1, 1, 1);

    private static void AssertSame(Tensor[] inputs, Tensor wanted, Tensor seen)
    {
        AssertClose(wanted, seen);
        var weight = Random(wanted.shape);
        var gradients = new List<Tensor>();
        foreach (var y in (Tensor[])[wanted, seen])
        {
            foreach (var input in inputs) input.grad = zeros_like(input);
            (y * weight).sum().backward();
            gradients.AddRange(inputs.Select(static input => input.grad!.clone()));
        }
        for (var i = 0; i < inputs.Length; i++) AssertClose(gradients[i], gradients[inputs.Length + i]);
    }

    private static void AssertClose(Tensor wanted, Tensor seen, float share = 1e-5f)
    {
        Assert.Equal(wanted.shape, seen.shape);
        var (a, b) = (Numbers(wanted), Numbers(seen));
        var room = share * Math.Max(1, a.Max(Math.Abs));
        for (var i = 0; i < a.Length; i++) Assert.InRange(b[i] - a[i], -room, room);
    }

    private static float[] Numbers(Tensor values) => MemoryMarshal.Cast<byte, float>(values.detach().contiguous().bytes).ToArray();
}
