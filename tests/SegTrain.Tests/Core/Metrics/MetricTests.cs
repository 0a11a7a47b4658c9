using SegTrain.Core.Metrics;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Metrics;

public sealed class MetricTests
{
    /// <summary>Truth by row: class 0 has 6 right and 2 taken for 1; class 1 has 3 right and 1 taken for 0.</summary>
    private static readonly long[] TwoClasses = [6, 2, 1, 3];

    [Theory]
    [InlineData("dice", 6.0 / 9)]
    [InlineData("iou", 3.0 / 6)]
    [InlineData("precision", 3.0 / 5)]
    [InlineData("recall", 3.0 / 4)]
    [InlineData("accuracy", 9.0 / 12)]
    [InlineData("dice[back]", 12.0 / 15)]
    [InlineData("iou[back]", 6.0 / 9)]
    public void A_two_class_task_reports_its_positive_class(string name, double expected) =>
        Assert.Equal(expected, Evaluate(TwoClasses, "back", "front")[name], 12);

    /// <summary>Class 2 is in neither truth nor prediction: it has no value, and the mean is of the other two.</summary>
    [Fact]
    public void An_absent_class_does_not_count()
    {
        var metrics = Evaluate([6, 2, 0, 1, 3, 0, 0, 0, 0], "a", "b", "c");
        Assert.True(double.IsNaN(metrics["iou[c]"]));
        Assert.Equal((6.0 / 9 + 3.0 / 6) / 2, metrics["iou"], 12);
    }

    /// <summary>Class 1 is predicted on two pixels and true on none: precision, recall, Dice and IoU are 0, not undefined.</summary>
    [Fact]
    public void A_class_that_is_only_predicted_counts_as_zero()
    {
        var metrics = Evaluate([4, 2, 0, 0, 0, 0, 0, 0, 3], "a", "b", "c");
        Assert.Equal([0, 0, 0, 0], new[] { "dice[b]", "iou[b]", "precision[b]", "recall[b]" }.Select(name => metrics[name]));
    }

    [Fact]
    public void Pixels_are_counted_by_truth_and_prediction_without_the_ignored()
    {
        using var scope = NewDisposeScope();
        using var counter = new SegmentationCounter(SegmentationMode.Multiclass, 3, 255, CPU);
        // Four pixels with the largest logit at classes 0, 1, 2, 1.
        var logits = tensor([5f, 0, 0, 1, 1, 2, 0, 3, 0, 1, 9, 2], [1, 3, 2, 2]);
        counter.Add(logits, tensor([0L, 2, 2, 255], [1, 2, 2]).to(uint8));
        counter.Add(logits, tensor([1L, 1, 255, 1], [1, 2, 2]).to(uint8));
        Assert.Equal([1, 0, 0, 1, 2, 0, 0, 1, 1], counter.Read().Cells.ToArray());
    }

    [Fact]
    public void One_logit_is_the_positive_class_above_zero()
    {
        using var scope = NewDisposeScope();
        using var counter = new SegmentationCounter(SegmentationMode.Binary, 2, 255, CPU);
        counter.Add(tensor([-1f, 2, 3, -4], [1, 1, 2, 2]), tensor([0L, 0, 1, 1], [1, 2, 2]).to(uint8));
        Assert.Equal([1, 1, 1, 1], counter.Read().Cells.ToArray());
    }

    /// <summary>Label a: truth 1 1 0, predicted 1 0 0, and one ignored; label b: truth 0 0 0 0, predicted 1 0 0 0.</summary>
    [Fact]
    public void Labels_that_overlap_are_counted_each_by_itself()
    {
        using var scope = NewDisposeScope();
        using var counter = new SegmentationCounter(SegmentationMode.Multilabel, 2, 255, CPU);
        counter.Add(tensor([1f, -1, -1, 1, 1, -1, -1, -1], [1, 2, 2, 2]), tensor([1L, 1, 0, 255, 0, 0, 0, 0], [1, 2, 2, 2]).to(uint8));
        var counts = counter.Read();
        Assert.Equal([1, 0, 1, 1, 3, 1, 0, 0], counts.Cells.ToArray());
        var metrics = Evaluate(counts, ["a", "b"]);
        Assert.Equal([2.0 / 3, 0, 1.0 / 3, 5.0 / 7], new[] { "dice[a]", "dice[b]", "dice", "accuracy" }.Select(name => metrics[name]), Tolerance);
    }

    private static bool Tolerance(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private static Dictionary<string, double> Evaluate(long[] counts, params string[] names)
    {
        var matrix = new ConfusionMatrix(names.Length == 2 ? SegmentationMode.Binary : SegmentationMode.Multiclass, names.Length);
        matrix.Add(counts);
        return Evaluate(matrix, names);
    }

    private static Dictionary<string, double> Evaluate(PixelCounts counts, string[] names) =>
        MetricCatalog.Evaluate(counts, names).ToDictionary(static metric => metric.Name, static metric => metric.Value);
}
