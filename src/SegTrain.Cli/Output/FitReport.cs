using System.Text;
using System.Text.Json;
using SegTrain.Core.Metrics;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>fit</c> on stdout: a table for people, or one JSON object on one line for programs.</summary>
internal static class FitReport
{
    public static Outcome Of(FitResult result, IReadOnlyList<Assertion> assertions) =>
        new(Table(result), Json(result, assertions), Check.Of(assertions, result.Metrics));

    /// <summary>One row a class and one for all, one column for each validation metric that is known per class.</summary>
    private static string Table(FitResult result)
    {
        var metrics = result.Metrics.Keys
            .Where(static name => name.StartsWith("val.", StringComparison.Ordinal) && name.EndsWith(']'))
            .Select(static name => name[4..name.IndexOf('[', StringComparison.Ordinal)]).Distinct().ToList();
        var rows = new List<string[]> { (string[])["", .. metrics] };
        foreach (var name in result.Classes)
            rows.Add([name, .. metrics.Select(metric => Value($"val.{metric}[{name}]"))]);
        rows.Add(["overall", .. metrics.Select(metric => Value($"val.{metric}"))]);

        var text = new StringBuilder().AppendTable(rows);
        var others = result.Metrics.Keys
            .Where(name => name.StartsWith("val.", StringComparison.Ordinal) && !name.EndsWith(']') && !metrics.Contains(name[4..]));
        text.Append('\n').AppendJoin(", ", others.Prepend("train.loss").Select(name => $"{name} {Value(name)}")).Append('\n');
        text.Append($"best epoch {result.BestEpoch} of {result.Epochs}, {ProgressText.Duration(result.Elapsed)}{(result.Folder is null ? "" : $", in {result.Folder}")}\n");
        return text.ToString();

        string Value(string metric) => ProgressText.Fixed(result.Metrics.GetValueOrDefault(metric, double.NaN));
    }

    private static string Json(FitResult result, IReadOnlyList<Assertion> assertions) => ResultJson.Object(json =>
    {
        WriteRun(json, result);
        ResultJson.WriteNames(json, "classes", result.Classes);
        ResultJson.WriteAssertions(json, assertions, result.Metrics);
    });

    /// <summary>The fields of one run.</summary>
    public static void WriteRun(Utf8JsonWriter json, FitResult result)
    {
        json.WriteString("run", result.Folder);
        json.WriteNumber("epochs", result.Epochs);
        json.WriteNumber("best_epoch", result.BestEpoch);
        json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
        EventLog.WriteMetrics(json, result.Metrics);
    }
}
