using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>What must not change a loss, for every row of the catalog.</summary>
public sealed class LossInvarianceTests
{
    public static TheoryData<string> MulticlassLosses =>
        [.. LossCatalog.All.Where(loss => loss.Modes.Contains(SegmentationMode.Multiclass)).Select(loss => loss.Name)];

    [Theory]
    [ClassData(typeof(LossRows))]
    public void Logits_of_ignored_pixels_have_no_effect(string loss, SegmentationMode mode)
    {
        var before = LossCase.Random(mode, seed: 1, ignored: true);
        var logits = before.Logits.Select((x, i) => before.IsIgnored(i) ? (i % 2 == 0 ? 1e4 : -1e4) : x).ToArray();
        Assert.NotEqual(before.Logits, logits);
        var (value, gradient) = before.Run(loss);
        var (changed, changedGradient) = (before with { Logits = logits }).Run(loss);
        Assert.Equal(value, changed, 1e-12);
        for (var i = 0; i < gradient.Length; i++)
        {
            Assert.Equal(gradient[i], changedGradient[i], 1e-12);
            if (before.IsIgnored(i)) Assert.Equal(0, gradient[i]);
        }
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void The_order_of_the_pixels_has_no_effect(string loss, SegmentationMode mode)
    {
        var before = LossCase.Random(mode, seed: 2, ignored: true);
        var turned = before with
        {
            Logits = Reversed(before.Logits, before.Pixels),
            Targets = Reversed(before.Targets, before.Pixels),
        };
        Assert.Equal(before.Run(loss).Value, turned.Run(loss).Value, 1e-12);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void The_order_of_the_images_has_no_effect(string loss, SegmentationMode mode)
    {
        var before = LossCase.Random(mode, seed: 3, ignored: true);
        var turned = before with
        {
            Logits = [.. before.Logits.Chunk(before.Logits.Length / (int)before.N).Reverse().SelectMany(image => image)],
            Targets = [.. before.Targets.Chunk(before.Targets.Length / (int)before.N).Reverse().SelectMany(image => image)],
        };
        Assert.Equal(before.Run(loss).Value, turned.Run(loss).Value, 1e-12);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void By_image_is_the_mean_of_the_images_alone(string loss, SegmentationMode mode)
    {
        var definition = LossCatalog.Get(loss);
        if (!definition.Parameters.Any(parameter => parameter.IsNamed("reduction"))) return;
        // Compounds have parts that are always means over the batch: equal counts of pixels make these equal too.
        var isCompound = definition.Family == LossFamily.Compound;
        var batch = LossCase.Random(mode, seed: 4, ignored: !isCompound);
        var expression = $"{loss}(reduction=image)";
        var alone = Enumerable.Range(0, (int)batch.N).Select(image => (batch with
        {
            N = 1,
            Logits = batch.Logits.Chunk(batch.Logits.Length / (int)batch.N).ElementAt(image),
            Targets = batch.Targets.Chunk(batch.Targets.Length / (int)batch.N).ElementAt(image),
        }).Run(expression).Value);
        Assert.Equal(alone.Average(), batch.Run(expression).Value, 1e-12);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void The_layout_in_memory_has_no_effect(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 5, ignored: true);
        using var scope = NewDisposeScope();
        // Channels last, and targets cut out of a wider image.
        var logits = given.LogitsTensor().permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var targets = given.TargetsTensor();
        var wide = cat([targets, zeros_like(targets)], dim: targets.ndim - 1).narrow(targets.ndim - 1, 0, given.W);
        Assert.False(logits.is_contiguous() && given.Task.Channels > 1);
        Assert.False(wide.is_contiguous());
        Assert.Equal(given.Run(loss).Value, LossProbe.Run(loss, given.Task, logits, wide).Value, 1e-12);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void The_type_of_the_target_has_no_effect(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 6, ignored: true);
        ScalarType[] types = mode == SegmentationMode.Multiclass
            ? [ScalarType.Int16, ScalarType.Int32, ScalarType.Int64]
            : [ScalarType.Int32, ScalarType.Int64, ScalarType.Float32, ScalarType.Float64];
        foreach (var type in types) Assert.Equal(given.Run(loss).Value, given.Run(loss, targets: type).Value, 1e-12);
    }

    [Theory]
    [MemberData(nameof(MulticlassLosses))]
    public void Classes_as_planes_are_classes_as_numbers(string loss)
    {
        // Planes also take the way that class numbers take on a GPU.
        var given = LossCase.Random(SegmentationMode.Multiclass, seed: 7);
        var planes = given.Perfect(1).Select(x => (x + 1) / 2).ToArray();
        var (value, gradient) = given.Run(loss);
        var (ofPlanes, gradientOfPlanes) = LossProbe.Run(
            loss, given.Task, given.LogitsTensor(), LossProbe.Tensor(planes, given.LogitsShape, ScalarType.Float32));
        Assert.Equal(value, ofPlanes, 1e-12);
        for (var i = 0; i < gradient.Length; i++) Assert.Equal(gradient[i], gradientOfPlanes[i], 1e-12);
    }

    [Theory]
    [ClassData(typeof(LossRows))]
    public void A_batch_in_which_all_is_ignored_costs_nothing(string loss, SegmentationMode mode) => AssertNothing(loss, mode);

    [Theory]
    [InlineData("combo(offset=false)", SegmentationMode.Binary)]
    [InlineData("combo(offset=false, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("dice(empty=smooth)", SegmentationMode.Multilabel)]
    [InlineData("tversky(log_loss=true, empty=smooth, reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("ce(label_smoothing=0.1, class_weights=[1,2])", SegmentationMode.Binary)]
    [InlineData("bce(label_smoothing=0.1, pos_weight=2, reduction=image)", SegmentationMode.Multiclass)]
    [InlineData("bce(balanced=true, reduction=image)", SegmentationMode.Multilabel)]
    [InlineData("focal(normalized=true, gamma=0)", SegmentationMode.Multiclass)]
    [InlineData("generalized-dice(classes=present, reduction=batch)", SegmentationMode.Multiclass)]
    [InlineData("generalized-wasserstein-dice(across_images=true)", SegmentationMode.Binary)]
    [InlineData("mcc(empty=smooth, smooth=1, reduction=batch)", SegmentationMode.Multilabel)]
    [InlineData("soft-ce(label_smoothing=0.2)", SegmentationMode.Binary)]
    [InlineData("kaggle-dice-multiclass(size_average=true, normalise=false)", SegmentationMode.Multiclass)]
    public void A_batch_in_which_all_is_ignored_costs_nothing_with_options(string expression, SegmentationMode mode) =>
        AssertNothing(expression, mode);

    [Fact]
    public void A_binary_target_may_lack_its_channel()
    {
        var given = LossCase.Random(SegmentationMode.Binary, seed: 9, ignored: true);
        var flat = LossProbe.Run(
            "bce-dice", given.Task, given.LogitsTensor(), tensor(given.Targets, [given.N, given.H, given.W], ScalarType.Byte));
        Assert.Equal(given.Run("bce-dice").Value, flat.Value, 1e-12);
    }

    private static void AssertNothing(string loss, SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 8, ignored: true);
        var (value, gradient) = (given with { Targets = [.. given.Targets.Select(_ => 255L)] }).Run(loss);
        Assert.Equal(0, value);
        Assert.All(gradient, g => Assert.Equal(0, g));
    }

    private static T[] Reversed<T>(T[] values, long pixels) => [.. values.Chunk((int)pixels).SelectMany(plane => plane.Reverse())];
}
