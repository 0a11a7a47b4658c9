using System.Text;
using SegTrain.Core.Metrics;
using SegTrain.Core.Repeats;
using SegTrain.Core.Tracking;

namespace SegTrain.Cli.Output;

/// <summary>The result of several runs on stdout: mean and spread of the metrics, which are what <c>--assert</c> is about.</summary>
internal static class RepeatReport
{
    private static readonly string[] Shown = ["val.dice", "val.iou"];

    public static Outcome Of(RepeatedResult result, IReadOnlyList<Assertion> assertions)
    {
        var means = result.Metrics.ToDictionary(static row => row.Metric, static row => row.Mean);
        return new(Table(result), Json(result, assertions, means), Check.Of(assertions, means));
    }

    private static string Table(RepeatedResult result)
    {
        var rows = new List<string[]> { (string[])["", "mean", "sd", "min", "max", "95 % of the mean"] };
        foreach (var row in result.Metrics.Where(static row => Shown.Contains(row.Metric.Split('[')[0])))
        {
            var interval = double.IsNaN(row.Low) ? "-" : $"{ProgressText.Fixed(row.Low)} to {ProgressText.Fixed(row.High)}";
            rows.Add([row.Metric, ProgressText.Fixed(row.Mean), ProgressText.Fixed(row.Deviation), ProgressText.Fixed(row.Min), ProgressText.Fixed(row.Max), interval]);
        }
        var elapsed = result.Runs.Aggregate(TimeSpan.Zero, static (sum, run) => sum + run.Result.Elapsed);
        return new StringBuilder().AppendTable(rows)
            .Append($"\n{result.Runs.Count} runs, {result.Runs[0].Name} to {result.Runs[^1].Name}, {ProgressText.Duration(elapsed)}, in {result.Folder}; all metrics are in summary.csv\n")
            .ToString();
    }

    private static string Json(RepeatedResult result, IReadOnlyList<Assertion> assertions, IReadOnlyDictionary<string, double> means) => ResultJson.Object(json =>
    {
        json.WriteString("group", result.Folder);
        ResultJson.WriteNames(json, "classes", result.Runs[0].Result.Classes);
        json.WriteStartArray("runs");
        foreach (var (name, run) in result.Runs)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            FitReport.WriteRun(json, run);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        EventLog.WriteMetrics(json, means);
        json.WriteStartArray("summary");
        foreach (var row in result.Metrics)
        {
            json.WriteStartObject();
            json.WriteString("metric", row.Metric);
            json.WriteNumber("runs", row.Runs);
            foreach (var (name, value) in row.Numbers)
                ResultJson.WriteNumber(json, name, value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        ResultJson.WriteAssertions(json, assertions, means);
    });
}
