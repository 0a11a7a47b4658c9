using System.Globalization;
using System.Text;
using SegTrain.Core.Evaluate;
using SegTrain.Core.Metrics;
using SegTrain.Core.Tracking;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>evaluate</c> on stdout: two tables for people, or one JSON object on one line for programs.</summary>
internal static class EvaluateReport
{
    public static Outcome Of(EvaluateResult result, IReadOnlyList<Assertion> assertions) => new(Text(result), Json(result, assertions), Check.Of(assertions, result.Metrics));

    private static string Text(EvaluateResult result)
    {
        var metrics = MetricCatalog.Table.Select(static metric => metric.Name).ToList();
        var text = new StringBuilder();
        foreach (var (title, prefix) in (ReadOnlySpan<(string, string)>)[("over all pixels", EvaluateRun.Pooled), ("mean over images", EvaluateRun.Mean)])
        {
            var rows = new List<string[]> { (string[])[title, .. metrics, .. prefix == EvaluateRun.Mean ? (string[])["missed", "invented"] : []] };
            foreach (var (name, c) in result.Classes.Select(static (name, c) => (name, c)))
                rows.Add([name, .. metrics.Select(metric => Value($"{prefix}{metric}[{name}]")), .. prefix == EvaluateRun.Mean ? Whole(c) : []]);
            rows.Add(["overall", .. metrics.Select(metric => Value(prefix + metric)), .. prefix == EvaluateRun.Mean ? (string[])["", ""] : []]);
            text.AppendTable(rows).Append('\n');
        }
        var others = ((string[])["loss", MetricCatalog.Accuracy]).Where(name => result.Metrics.ContainsKey(EvaluateRun.Pooled + name)).Select(name => $"{name} {Value(EvaluateRun.Pooled + name)}");
        if (result.IsChosen) others = others.Append(string.Create(CultureInfo.InvariantCulture, $"threshold {result.Threshold}, kept in the model"));
        return text.AppendJoin(", ", others).Append($"; {result.Images.Count} images in {ProgressText.Duration(result.Elapsed)}\n").ToString();

        string Value(string metric) => ProgressText.Fixed(result.Metrics.GetValueOrDefault(metric, double.NaN));

        string[] Whole(int c) => [$"{result.Images.Count(image => image.Missed.Contains(c))}", $"{result.Images.Count(image => image.Invented.Contains(c))}"];
    }

    private static string Json(EvaluateResult result, IReadOnlyList<Assertion> assertions) => ResultJson.Object(json =>
    {
        json.WriteNumber("images", result.Images.Count);
        json.WriteNumber("threshold", result.Threshold);
        json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
        EventLog.WriteMetrics(json, result.Metrics);
        ResultJson.WriteNames(json, "classes", result.Classes);
        ResultJson.WriteAssertions(json, assertions, result.Metrics);
    });
}
