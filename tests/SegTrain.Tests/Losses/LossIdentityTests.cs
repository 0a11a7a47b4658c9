using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>What the losses are of each other, and at the ends of their ranges.</summary>
public sealed class LossIdentityTests
{
    [Theory]
    [ClassData(typeof(LossRows))]
    public void A_perfect_prediction_costs_nothing(string loss, SegmentationMode mode)
    {
        if (!LossCatalog.Get(loss).IsZeroWhenPerfect) return;
        var given = LossCase.Random(mode, seed: 31, ignored: true);
        Assert.Equal(0, (given with { Logits = given.Perfect(50) }).Run(loss).Value, 1e-12);
        Assert.Equal(0, (given with { Logits = given.Perfect(1e4) }).Run(loss, ScalarType.Float32).Value, 1e-6);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void A_worse_prediction_costs_more(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 32, ignored: true);
        var costs = ((double[])[3, 0.3, -0.3, -3]).Select(size => (given with { Logits = given.Perfect(size) }).Run(loss).Value).ToList();
        Assert.Equal(costs.Order(), costs);
        Assert.Equal(costs.Distinct(), costs);
    }

    [Theory]
    [InlineData("tversky(alpha=1, beta=1)", "iou")]
    [InlineData("tversky(alpha=1, beta=1, smooth=2, reduction=batch)", "iou(smooth=2, reduction=batch)")]
    [InlineData("tversky(alpha=0.5, beta=0.5)", "dice")]
    [InlineData("tversky(alpha=0.5, beta=0.5, smooth=1)", "dice(smooth=2)")]
    [InlineData("bce-dice(bce_weight=0.3)", "0.3*bce + dice")]
    [InlineData("focal(gamma=0)", "bce")]
    [InlineData("dice(smooth_nr=1, smooth_dr=1)", "dice(smooth=1)")]
    [InlineData("dice(classes=all)", "dice")]
    [InlineData("combo(alpha=1)", "0.5*bce")]
    [InlineData("combo(alpha=0)", "dice(smooth=1, reduction=batch, empty=smooth)")]
    [InlineData("focal-tversky(exponent=1)", "tversky")]
    [InlineData("topk-ce(k=100)", "bce")]
    [InlineData("ohem-ce(thres=1)", "bce")]
    [InlineData("kldiv", "bce")]
    [InlineData("dice-focal", "dice + focal")]
    [InlineData("dice-topk(reduction=batch)", "dice(reduction=batch) + topk-ce")]
    [InlineData("exp-log(gamma=1)", "0.8*dice(smooth=1, log_loss=true) + 0.2*bce")]
    [InlineData("focal(normalized=true, gamma=0)", "bce")]
    [InlineData("focal(reduced_threshold=1)", "bce")]
    public void Equal_in_tasks_with_a_sigmoid(string one, string other)
    {
        AssertEqual(one, other, SegmentationMode.Binary);
        AssertEqual(one, other, SegmentationMode.Multilabel);
    }

    [Theory]
    [InlineData("tversky(alpha=1, beta=1)", "iou")]
    [InlineData("tversky(alpha=0.5, beta=0.5, smooth=1)", "dice(smooth=2)")]
    [InlineData("focal(gamma=0)", "ce")]
    [InlineData("bce-dice", "ce + dice")]
    [InlineData("combo(alpha=0)", "dice(smooth=1, reduction=batch, empty=smooth)")]
    [InlineData("topk-ce(k=100)", "ce")]
    [InlineData("ohem-ce(thres=1)", "ce")]
    [InlineData("kldiv", "ce")]
    [InlineData("soft-ce(label_smoothing=0.2)", "ce(label_smoothing=0.2)")]
    [InlineData("exp-log(gamma=1)", "0.8*dice(smooth=1, log_loss=true) + 0.2*ce")]
    [InlineData("focal(mode=ovr, gamma=0)", "bce")]
    [InlineData("generalized-wasserstein-dice(distances=[0,3,3,0])", "generalized-wasserstein-dice")]
    public void Equal_in_a_multiclass_task(string one, string other) => AssertEqual(one, other, SegmentationMode.Multiclass);

    [Theory]
    [InlineData("ce", "bce")]
    [InlineData("ce(label_smoothing=0.2)", "bce(label_smoothing=0.1)")]
    [InlineData("ce(class_weights=[2,2])", "bce")]
    public void Ce_of_a_binary_task_is_bce(string one, string other) => AssertEqual(one, other, SegmentationMode.Binary);

    [Theory]
    [InlineData("ce", "ce")]
    [InlineData("ce(class_weights=[1,3], label_smoothing=0.1)", "ce(class_weights=[1,3], label_smoothing=0.1)")]
    [InlineData("dice(classes=[1])", "dice")]
    [InlineData("tversky(classes=[1])", "tversky")]
    [InlineData("focal", "focal")]
    [InlineData("combo(alpha=1)", "combo(alpha=1)")]
    [InlineData("generalized-dice", "generalized-dice")]
    [InlineData("generalized-wasserstein-dice(distances=[0,1,0.5,0])", "generalized-wasserstein-dice(distances=[0,1,0.5,0])")]
    [InlineData("unified-focal", "unified-focal")]
    [InlineData("soft-ce(label_smoothing=0.1)", "soft-ce(label_smoothing=0.1)")]
    [InlineData("soft-mae", "soft-mae")]
    [InlineData("soft-mae", "2*mae")]
    [InlineData("mcc(classes=[1])", "mcc")]
    [InlineData("topk-ce", "topk-ce")]
    public void Two_classes_with_logits_0_and_x_are_a_binary_task(string multiclass, string binary)
    {
        var given = LossCase.Random(SegmentationMode.Binary, seed: 33, ignored: true);
        using var scope = NewDisposeScope();
        var x = given.LogitsTensor();
        var (two, _) = LossProbe.Run(
            multiclass,
            new LossTask(SegmentationMode.Multiclass, 2),
            cat([zeros_like(x), x], 1),
            given.TargetsTensor().reshape(given.N, given.H, given.W));
        Assert.Equal(given.Run(binary).Value, two, 1e-12);
    }

    [Theory]
    [InlineData("combo(offset=false)", -0.5)]
    [InlineData("kaggle-combo", -0.5)]
    [InlineData("generalized-wasserstein-dice(reduction=batch)", 0)]
    public void As_many_pixels_as_a_byte_has_values_count_as_any(string expression, double value)
    {
        // 257 pixels, one of them ignored, all others right.
        double[] logits = [50, .. Enumerable.Repeat(-50.0, 256)];
        long[] targets = [1, .. Enumerable.Repeat(0L, 255), 255];
        Assert.Equal(
            value,
            LossProbe.Run(
                expression,
                new LossTask(SegmentationMode.Binary, 2),
                LossProbe.Tensor(logits, [1, 1, 1, 257], ScalarType.Float64),
                tensor(targets, [1, 1, 257], ScalarType.Byte)).Value,
            1e-6);
    }

    [Fact]
    public void Alpha_weighs_false_positives_and_beta_false_negatives()
    {
        // Target 1, 1, 0, 0; one prediction has a false positive, the other misses a pixel.
        var task = new LossTask(SegmentationMode.Binary, 2);
        double[] more = [50, 50, 50, -50];
        double[] less = [50, -50, -50, -50];
        Assert.Equal(1 - 2 / 2.3, Cost(more), 1e-12);
        Assert.Equal(1 - 1 / 1.7, Cost(less), 1e-12);

        double Cost(double[] logits) => LossProbe.Run(
            "tversky(alpha=0.3, beta=0.7)",
            task,
            LossProbe.Tensor(logits, [1, 1, 2, 2], ScalarType.Float64),
            tensor((long[])[1, 1, 0, 0], [1, 2, 2], ScalarType.Byte)).Value;
    }

    [Theory]
    [InlineData(SegmentationMode.Binary)]
    [InlineData(SegmentationMode.Multilabel)]
    [InlineData(SegmentationMode.Multiclass)]
    public void Lovasz_of_a_hard_prediction_is_1_minus_iou(SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 34, ignored: true);
        // The hinge of a logit of size 1 is 0 or 2.
        var (size, unit) = mode == SegmentationMode.Multiclass ? (1e3, 1.0) : (1.0, 2.0);
        var winner = given.Logits.Select((x, i) => IsLargest(given, i) ? size : -size).ToArray();
        var hard = (given with { Logits = winner }).Run("lovasz(classes=all)").Value;
        var exact = (given with { Logits = [.. winner.Select(x => x * 1e3)] }).Run("iou").Value;
        Assert.InRange(exact, 0.1, 0.9);
        Assert.Equal(unit * exact, hard, 1e-12);
    }

    private static bool IsLargest(LossCase given, int i)
    {
        if (given.Task.Mode != SegmentationMode.Multiclass) return given.Logits[i] > 0;
        var (size, pixel) = (given.Pixels * given.Task.Channels, i % given.Pixels);
        var image = i / size;
        return Enumerable.Range(0, given.Task.Channels).All(c => given.Logits[image * size + c * given.Pixels + pixel] <= given.Logits[i]);
    }

    private static void AssertEqual(string one, string other, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 35, ignored: true);
        var (a, gradientA) = given.Run(one);
        var (b, gradientB) = given.Run(other);
        Assert.Equal(a, b, 1e-12);
        for (var i = 0; i < gradientA.Length; i++) Assert.Equal(gradientA[i], gradientB[i], 1e-12);
    }
}
