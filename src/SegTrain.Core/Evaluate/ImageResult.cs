using System.Globalization;
using SegTrain.Core.Metrics;

namespace SegTrain.Core.Evaluate;

/// <summary>What was counted in one image.</summary>
/// <param name="Name">Of the pair.</param>
/// <param name="Counts">Of its pixels.</param>
internal sealed record ImageResult(string Name, PixelCounts Counts)
{
    /// <summary>Classes that the mask has and of which not a pixel was found.</summary>
    public IEnumerable<int> Missed => Classes.Where(c => Counts.TruePositives(c) == 0 && Counts.FalseNegatives(c) > 0);

    /// <summary>Classes that the mask has not and that were found all the same.</summary>
    public IEnumerable<int> Invented => Classes.Where(c => Counts.TruePositives(c) + Counts.FalseNegatives(c) == 0 && Counts.FalsePositives(c) > 0);

    private IEnumerable<int> Classes => Enumerable.Range(0, Counts.Classes);

    /// <summary>One row an image: every metric by name, and the classes that were missed whole or invented. What has no value is left empty.</summary>
    public static string Csv(IReadOnlyList<ImageResult> images, IReadOnlyList<string> names)
    {
        var columns = MetricCatalog.Evaluate(images[0].Counts, names).Select(static metric => metric.Name);
        return Text.Csv.Row(["image", "pixels", .. columns, "missed", "invented"]) + string.Concat(images.Select(image => Text.Csv.Row(
        [
            image.Name,
            $"{image.Counts.Total}",
            .. MetricCatalog.Evaluate(image.Counts, names).Select(static metric => double.IsNaN(metric.Value) ? "" : metric.Value.ToString("R", CultureInfo.InvariantCulture)),
            string.Join(';', image.Missed.Select(c => names[c])),
            string.Join(';', image.Invented.Select(c => names[c])),
        ])));
    }
}
