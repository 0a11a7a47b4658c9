using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The gradients of every row of the catalog.</summary>
public sealed class LossGradientTests
{
    [Theory]
    [ClassData(typeof(LossRows))]
    public void The_gradient_is_the_finite_difference(string loss, SegmentationMode mode)
    {
        foreach (var seed in (int[])[11, 12, 13])
        {
            AssertGradient(loss, LossCase.Random(mode, seed, ignored: seed % 2 == 0));
        }
    }

    [Theory]
    [InlineData("dice(log_loss=true, smooth=0.5)", SegmentationMode.Multilabel)]
    [InlineData("dice(class_weights=[1,2,0.5], classes=[0,2], reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("tversky(include_background=false, classes=present)", SegmentationMode.Multiclass)]
    [InlineData("ce(class_weights=[1,2,0.5], label_smoothing=0.1, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("ce(class_weights=[1,3], label_smoothing=0.1)", SegmentationMode.Binary)]
    [InlineData("bce(pos_weight=[1,2,3], label_smoothing=0.1)", SegmentationMode.Multilabel)]
    [InlineData("focal(gamma=0.5, alpha=0.25)", SegmentationMode.Binary)]
    [InlineData("focal(gamma=0.5, class_weights=[1,2,0.5])", SegmentationMode.Multiclass)]
    [InlineData("lovasz(reduction=batch, classes=all)", SegmentationMode.Multiclass)]
    [InlineData("combo(alpha=0.3, beta=0.7)", SegmentationMode.Multiclass)]
    [InlineData("0.3*bce + 2*iou(empty=zero)", SegmentationMode.Multiclass)]
    [InlineData("bce(balanced=true, pos_weight=2)", SegmentationMode.Multilabel)]
    [InlineData("focal(mode=ovr, alpha=0.25, normalized=true, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("focal(normalized=true, class_weights=[1,2,0.5], reduced_threshold=0.4)", SegmentationMode.Multiclass)]
    [InlineData("focal(reduced_threshold=0.5, gamma=0.5)", SegmentationMode.Multilabel)]
    [InlineData("dice-squared(log_loss=true, class_weights=[1,2,0.5], reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("focal-tversky(exponent=1.5, log_loss=true)", SegmentationMode.Multilabel)]
    [InlineData("generalized-dice(weights=simple, classes=present, include_background=false)", SegmentationMode.Multiclass)]
    [InlineData("generalized-wasserstein-dice(distances=[0,1,1,1,0,0.5,1,0.5,0], reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("mcc(smooth=1, reduction=batch)", SegmentationMode.Multilabel)]
    [InlineData("topk-ce(k=40, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("ohem-ce(thres=0.3, min_kept=5, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("nll(class_weights=[1,2,0.5])", SegmentationMode.Multiclass)]
    [InlineData("soft-ce(label_smoothing=0.2)", SegmentationMode.Binary)]
    [InlineData("mse(from_logits=false, reduction=image)", SegmentationMode.Multilabel)]
    [InlineData("unified-focal(form=symmetric, reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("exp-log(class_weights=[1,2,0.5], gamma=1.2)", SegmentationMode.Multiclass)]
    [InlineData("kaggle-dice-multiclass(size_average=true, normalise=false)", SegmentationMode.Multiclass)]
    [InlineData("kaggle-focal(gamma=0.5)", SegmentationMode.Binary)]
    [InlineData("boundary(offset=false, reduction=batch, include_background=false)", SegmentationMode.Multiclass)]
    [InlineData("hausdorff-dt(alpha=1.5, class_weights=[1,2,0.5])", SegmentationMode.Multilabel)]
    [InlineData("log-hausdorff-dt(classes=present, reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("dice-cldice(alpha=0.7, iterations=1, smooth=0.1, classes=[0,2])", SegmentationMode.Multiclass)]
    public void The_gradient_is_the_finite_difference_with_options(string expression, SegmentationMode mode)
    {
        var seed = Enumerable.Range(20, 100).First(seed =>
            mode == SegmentationMode.Binary || LossCase.Random(mode, seed).Task.Classes == 3);
        AssertGradient(expression, LossCase.Random(mode, seed, ignored: true));
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void Soft_targets_have_the_finite_difference_too(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 14);
        var random = new Random(1);
        var soft = given.Logits.Select(_ => random.NextDouble()).ToArray();
        Assert.NotEqual(LossCase.Random(mode, seed: 14).Run(loss).Value, Value(given.Logits));
        Assert.Equal(Difference(given.Logits, 3, Value), Run(given.Logits).Gradient[3], 1e-7);

        double Value(double[] logits) => Run(logits).Value;

        (double Value, double[] Gradient) Run(double[] logits) => LossProbe.Run(
            loss,
            given.Task,
            LossProbe.Tensor(logits, given.LogitsShape, ScalarType.Float64),
            LossProbe.Tensor(soft, given.LogitsShape, ScalarType.Float64));
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void Value_and_gradient_are_finite_at_huge_logits(string loss, SegmentationMode mode)
    {
        AssertFinite(loss, mode);
    }

    [Theory]
    [InlineData("focal(gamma=0.5)", SegmentationMode.Binary)]
    [InlineData("focal(gamma=0.5)", SegmentationMode.Multiclass)]
    [InlineData("focal(gamma=1)", SegmentationMode.Multiclass)]
    [InlineData("dice(log_loss=true)", SegmentationMode.Binary)]
    [InlineData("iou(log_loss=true, reduction=batch, empty=smooth)", SegmentationMode.Multiclass)]
    [InlineData("ce(label_smoothing=0.1)", SegmentationMode.Multiclass)]
    [InlineData("bce(label_smoothing=0.1, pos_weight=2)", SegmentationMode.Multilabel)]
    [InlineData("bce(balanced=true)", SegmentationMode.Binary)]
    [InlineData("focal(normalized=true)", SegmentationMode.Binary)]
    [InlineData("focal(normalized=true, gamma=0.5)", SegmentationMode.Multiclass)]
    [InlineData("focal(reduced_threshold=0.5)", SegmentationMode.Multilabel)]
    [InlineData("focal-tversky(exponent=0.3, empty=smooth)", SegmentationMode.Multiclass)]
    [InlineData("focal-tversky(log_loss=true)", SegmentationMode.Binary)]
    [InlineData("generalized-dice(weights=simple, reduction=batch, classes=present)", SegmentationMode.Multiclass)]
    [InlineData("mcc(empty=smooth)", SegmentationMode.Multiclass)]
    [InlineData("unified-focal(form=symmetric, gamma=0.9)", SegmentationMode.Multiclass)]
    [InlineData("kaggle-focal-tversky(gamma=0.5)", SegmentationMode.Binary)]
    [InlineData("kaggle-focal(gamma=0.5)", SegmentationMode.Binary)]
    public void Value_and_gradient_are_finite_at_huge_logits_with_options(string expression, SegmentationMode mode) =>
        AssertFinite(expression, mode);

    [Theory]
    [InlineData(25, 0, 25.000000000013889, 0.9999999999861121)]
    [InlineData(-25, 0, 1.3887943864867583e-11, 1.3887943864771146e-11)]
    [InlineData(-25, 1, 25.000000000013889, -0.9999999999861121)]
    public void Bce_is_exact_far_from_0(double logit, long target, double value, double slope)
    {
        // ln(1 + e^25) = 25 + e^-25 - e^-50 / 2; its slope is sigmoid(25) = 1 - e^-25 + e^-50.
        var task = new LossTask(SegmentationMode.Binary, 2);
        var (made, gradient) = LossProbe.Run(
            "bce", task, LossProbe.Tensor([logit], [1, 1, 1, 1], ScalarType.Float64), tensor([target], [1, 1, 1], ScalarType.Byte));
        Assert.Equal(value, made, 1e-15 * value);
        Assert.Equal(slope, gradient[0], 1e-15 * Math.Abs(slope));
    }

    private static void AssertFinite(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 15, ignored: true);
        foreach (var size in (double[])[17, 100, 1e4])
        {
            AssertFinite(loss, given with { Logits = [.. given.Logits.Select(x => Math.Sign(x) * size)] });
            // All right, which is where powers have their poles.
            AssertFinite(loss, given with { Logits = given.Perfect(size) });
        }
    }

    private static void AssertFinite(string loss, LossCase given)
    {
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            var (value, gradient) = given.Run(loss, type);
            Assert.True(double.IsFinite(value), $"{value} in {type} at logits of {given.Logits.Max()}");
            Assert.All(gradient, g => Assert.True(double.IsFinite(g), $"{g} in {type} at logits of {given.Logits.Max()}"));
        }
    }

    [Theory]
    [InlineData("bce", SegmentationMode.Binary)]
    [InlineData("bce", SegmentationMode.Multilabel)]
    [InlineData("ce", SegmentationMode.Multiclass)]
    [InlineData("focal", SegmentationMode.Binary)]
    [InlineData("focal", SegmentationMode.Multiclass)]
    [InlineData("focal(gamma=0.5)", SegmentationMode.Binary)]
    [InlineData("bce-dice", SegmentationMode.Binary)]
    [InlineData("combo", SegmentationMode.Binary)]
    [InlineData("combo", SegmentationMode.Multiclass)]
    [InlineData("dice-focal", SegmentationMode.Binary)]
    [InlineData("dice-focal(mode=ovr)", SegmentationMode.Multiclass)]
    [InlineData("dice-topk", SegmentationMode.Multilabel)]
    [InlineData("topk-ce(k=20)", SegmentationMode.Multiclass)]
    [InlineData("ohem-ce", SegmentationMode.Binary)]
    [InlineData("kldiv", SegmentationMode.Multilabel)]
    [InlineData("soft-ce", SegmentationMode.Multiclass)]
    public void A_pixel_that_is_wrong_without_doubt_has_a_gradient(string expression, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 16);
        var right = given.Perfect(1000);
        var wrong = right.ToArray();
        for (var i = 0; i < wrong.Length; i += (int)given.Pixels) wrong[i] = -wrong[i];
        var (_, gradient) = (given with { Logits = wrong }).Run(expression, ScalarType.Float32);
        for (var i = 0; i < wrong.Length; i += (int)given.Pixels)
        {
            Assert.Equal(Math.Sign(wrong[i]), Math.Sign(gradient[i]));
            Assert.True(Math.Abs(gradient[i]) > 0.01 / gradient.Length, $"{i}: {gradient[i]}");
        }
    }

    private static void AssertGradient(string expression, LossCase given)
    {
        var (_, gradient) = given.Run(expression);
        Assert.Contains(gradient, g => g != 0);
        for (var i = 0; i < gradient.Length; i += 3)
        {
            var difference = Difference(given.Logits, i, logits => (given with { Logits = logits }).Run(expression).Value);
            Assert.Equal(difference, gradient[i], 1e-7);
        }
    }

    private static double Difference(double[] logits, int i, Func<double[], double> value)
    {
        const double Step = 1e-5;
        var (up, down) = (logits.ToArray(), logits.ToArray());
        up[i] += Step;
        down[i] -= Step;
        return (value(up) - value(down)) / (2 * Step);
    }
}
