using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The numbers of the examples in the doc comments, computed by hand there.</summary>
public sealed class LossExampleTests
{
    [Theory]
    [InlineData("dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.5)]
    [InlineData("iou", new double[] { 0, 0 }, new long[] { 1, 0 }, 2.0 / 3)]
    [InlineData("tversky", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.5)]
    [InlineData("bce", new double[] { 0, 1.0986122886681098 }, new long[] { 1, 1 }, 0.490414626505863)]
    [InlineData("focal", new double[] { 0 }, new long[] { 1 }, 0.17328679513998632)]
    [InlineData("focal(alpha=0.25)", new double[] { 0 }, new long[] { 1 }, 0.04332169878499658)]
    [InlineData("bce-dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.1931471805599454)]
    [InlineData("combo", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.33995346180665295)]
    [InlineData("boundary", new double[] { 0, 0, 0 }, new long[] { 1, 0, 0 }, 0.5)]
    [InlineData("hausdorff-dt", new double[] { 1.0986122886681098, 1.0986122886681098, 0 }, new long[] { 1, 0, 0 }, 2.6875 / 3)]
    [InlineData("log-hausdorff-dt", new double[] { 1.0986122886681098, 1.0986122886681098, 0 }, new long[] { 1, 0, 0 }, 0.6396584956089592)]
    [InlineData("cldice", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.0 / 7)]
    [InlineData("dice-cldice", new double[] { 0, 0 }, new long[] { 1, 0 }, 5.0 / 21)]
    [InlineData("lovasz", new double[] { 2, -0.5, 0.25 }, new long[] { 1, 1, 0 }, 0.9583333333333334)]
    [InlineData("dice-squared", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.0 / 3)]
    [InlineData("log-cosh-dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.12011450695827745)]
    [InlineData("focal-tversky", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.5946035575013605)]
    [InlineData("generalized-dice", new double[] { 0, 0, 0 }, new long[] { 1, 0, 0 }, 1 - 1.5 / 3.375)]
    [InlineData("generalized-wasserstein-dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 1 / 2.00001)]
    [InlineData("mcc", new double[] { 1.0986122886681098, -1.0986122886681098 }, new long[] { 1, 0 }, 0.5)]
    [InlineData("lovasz-sigmoid", new double[] { 0, 1.0986122886681098 }, new long[] { 1, 0 }, 0.625)]
    [InlineData("topk-ce(k=50)", new double[] { 0, 5 }, new long[] { 1, 1 }, 0.6931471805599453)]
    [InlineData("ohem-ce", new double[] { 0, 5 }, new long[] { 1, 1 }, 0.6931471805599453)]
    [InlineData("mse", new double[] { 0, 1.0986122886681098 }, new long[] { 1, 1 }, 0.15625)]
    [InlineData("mae", new double[] { 0, 1.0986122886681098 }, new long[] { 1, 1 }, 0.375)]
    [InlineData("dice-focal", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.6732867951399863)]
    [InlineData("dice-topk(k=50)", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.1931471805599454)]
    [InlineData("unified-focal(smooth=0)", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.454761679554056)]
    [InlineData("exp-log", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.7893804722855137)]
    [InlineData("kaggle-dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.0 / 3)]
    [InlineData("kaggle-dice-squared", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.2)]
    [InlineData("kaggle-iou", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.4)]
    [InlineData("kaggle-tversky", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.25)]
    [InlineData("kaggle-focal-tversky(gamma=0.5)", new double[] { 0, 0 }, new long[] { 1, 0 }, 0.5)]
    [InlineData("kaggle-bce-dice", new double[] { 0, 0 }, new long[] { 1, 0 }, 1.0264805138932786)]
    [InlineData("kaggle-focal", new double[] { 0 }, new long[] { 1 }, 0.13862943611198905)]
    [InlineData("kaggle-focal-keras", new double[] { 0 }, new long[] { 1 }, 0.13862943611198905)]
    [InlineData("kaggle-lovasz", new double[] { 0, 0 }, new long[] { 1, 0 }, 1)]
    [InlineData("kaggle-combo", new double[] { 0, 0 }, new long[] { 1, 0 }, -0.20336823697834358)]
    public void Of_a_binary_task(string expression, double[] logits, long[] targets, double value) => Assert.Equal(
        value,
        LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Binary, 2),
            LossProbe.Tensor(logits, [1, 1, 1, logits.Length], ScalarType.Float64),
            tensor(targets, [1, 1, targets.Length], ScalarType.Byte)).Value,
        1e-12);

    [Theory]
    [InlineData("ce", new double[] { 1.5, 0.5, -0.5 }, new long[] { 0 }, 0.4076059644443804)]
    [InlineData("nll", new double[] { -0.6931471805599453, -1.3862943611198906, -1.3862943611198906 }, new long[] { 0 }, 0.6931471805599453)]
    [InlineData("soft-mae", new double[] { 0, 0, 0 }, new long[] { 0 }, 4.0 / 3)]
    [InlineData("kaggle-dice-multiclass", new double[] { 0, 0 }, new long[] { 0 }, 1 - (0.8 + 2.0 / 3) / 2)]
    public void Of_a_multiclass_task(string expression, double[] logits, long[] targets, double value) => Assert.Equal(
        value,
        LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Multiclass, logits.Length),
            LossProbe.Tensor(logits, [1, logits.Length, 1, 1], ScalarType.Float64),
            tensor(targets, [1, 1, 1], ScalarType.Byte)).Value,
        1e-12);

    [Theory]
    [InlineData("kldiv", 0.75, 0.13081203594113694)]
    [InlineData("soft-ce(label_smoothing=0.1)", 0.9, 0.6931471805599453)]
    public void Of_a_soft_target(string expression, double target, double value) => Assert.Equal(
        value,
        LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Binary, 2),
            LossProbe.Tensor([0], [1, 1, 1, 1], ScalarType.Float64),
            LossProbe.Tensor([target], [1, 1, 1], ScalarType.Float64)).Value,
        1e-12);

    [Fact]
    public void An_empty_target_costs_nothing_the_formula_or_the_mean_probability()
    {
        // Probabilities 1/2 and 3/4, nothing inside; smooth 1: 1 - 1 / (1.25 + 1).
        Assert.Equal(0, Cost("zero"), 1e-12);
        Assert.Equal(1 - 1 / 2.25, Cost("smooth"), 1e-12);
        Assert.Equal(0.625, Cost("penalize"), 1e-12);

        static double Cost(string empty) => LossProbe.Run(
            $"dice(smooth=1, empty={empty})",
            new LossTask(SegmentationMode.Binary, 2),
            LossProbe.Tensor([0, Math.Log(3)], [1, 1, 1, 2], ScalarType.Float64),
            tensor((long[])[0, 0], [1, 1, 2], ScalarType.Byte)).Value;
    }

    [Fact]
    public void Class_weights_are_normalised()
    {
        // Dice of classes: hard predictions, class 0 perfect, class 1 missed, class 2 never there.
        double[] logits = [50, -50, -50, -50, -50, 50];
        Assert.Equal((1 * 0 + 3 * 1.0 + 2 * 0.5) / 6, Cost("dice(class_weights=[1,3,2])"), 1e-12);
        Assert.Equal((0 + 1.0) / 2, Cost("dice(classes=present)"), 1e-12);
        Assert.Equal((1.0 + 0.5) / 2, Cost("dice(include_background=false)"), 1e-12);
        Assert.Equal(0.5, Cost("dice(classes=[2])"), 1e-12);

        double Cost(string expression) => LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Multiclass, 3),
            LossProbe.Tensor(logits, [1, 3, 1, 2], ScalarType.Float64),
            tensor((long[])[0, 1], [1, 1, 2], ScalarType.Byte)).Value;
    }
}
