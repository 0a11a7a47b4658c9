using SegTrain.Losses;

namespace SegTrain.Core.Metrics;

/// <summary>One metric of a class, from its true positives, false positives and false negatives.</summary>
/// <param name="Name">The name after <c>train.</c> or <c>val.</c>.</param>
/// <param name="Formula">What it is.</param>
/// <param name="OfClass">Its value in [0, 1]; NaN where the class has no such value.</param>
internal sealed record Metric(string Name, string Formula, Func<double, double, double, double> OfClass);

/// <summary>
/// The table of metrics. A class that is in neither truth nor prediction has no value and is left out of means. Precision without a
/// predicted pixel, and recall without a true one, are 0 when the other is there.
/// </summary>
internal static class MetricCatalog
{
    public static IReadOnlyList<Metric> Table { get; } =
    [
        new("dice", "2 TP / (2 TP + FP + FN)", static (tp, fp, fn) => 2 * tp / (2 * tp + fp + fn)),
        new("iou", "TP / (TP + FP + FN)", static (tp, fp, fn) => tp / (tp + fp + fn)),
        new("precision", "TP / (TP + FP)", static (tp, fp, fn) => tp + fp > 0 ? tp / (tp + fp) : fn > 0 ? 0 : double.NaN),
        new("recall", "TP / (TP + FN)", static (tp, fp, fn) => tp + fn > 0 ? tp / (tp + fn) : fp > 0 ? 0 : double.NaN),
    ];

    /// <summary>Share of all counted pixels that are right; of all pixels of all labels where labels may overlap.</summary>
    public const string Accuracy = "accuracy";

    /// <summary>
    /// All metrics of some counts under their names: <c>dice</c> is the positive class in a two-class task and the plain mean over classes
    /// or labels otherwise; <c>dice[road]</c> is one class.
    /// </summary>
    public static IEnumerable<(string Name, double Value)> Evaluate(PixelCounts counts, IReadOnlyList<string> classNames)
    {
        foreach (var metric in Table)
        {
            var values = PerClass(metric, counts);
            yield return (metric.Name, counts.Mode == SegmentationMode.Binary ? values[1] : Mean(values));
            for (var c = 0; c < values.Length; c++) yield return ($"{metric.Name}[{classNames[c]}]", values[c]);
        }
        yield return (Accuracy, (double)counts.Right / counts.Total);
    }

    private static double[] PerClass(Metric metric, PixelCounts counts) =>
        [.. Enumerable.Range(0, counts.Classes).Select(c =>
            metric.OfClass(counts.TruePositives(c), counts.FalsePositives(c), counts.FalseNegatives(c)))];

    private static double Mean(double[] values)
    {
        var present = values.Where(static value => !double.IsNaN(value)).ToArray();
        return present.Length > 0 ? present.Average() : double.NaN;
    }
}
