using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegTrain.Core.Config;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>fit</c> on stdout: a table for people, or one JSON object on one line for programs.</summary>
internal static class FitReport
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    private const int Schema = 1;

    /// <summary>One row a class and one for all, one column for each validation metric that is known per class.</summary>
    public static string Table(FitResult result)
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
        text.Append($"best epoch {result.BestEpoch} of {result.Epochs}, {ProgressText.Duration(result.Elapsed)}, in {result.Folder}\n");
        return text.ToString();

        string Value(string metric) => ProgressText.Fixed(result.Metrics.GetValueOrDefault(metric, double.NaN));
    }

    /// <remarks>The relaxed encoder is unsafe within HTML only; it keeps <c>val.dice>=0.9</c> and names in any script readable.</remarks>
    public static string Json(FitResult result, IReadOnlyList<Assertion> assertions)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("run", result.Folder);
            json.WriteNumber("epochs", result.Epochs);
            json.WriteNumber("best_epoch", result.BestEpoch);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
            json.WriteStartArray("classes");
            foreach (var name in result.Classes)
                json.WriteStringValue(name);
            json.WriteEndArray();
            EventLog.WriteMetrics(json, result.Metrics);
            json.WriteStartArray("assertions");
            foreach (var assertion in assertions)
            {
                json.WriteStartObject();
                json.WriteString("assertion", assertion.Text);
                if (result.Metrics.TryGetValue(assertion.Metric, out var got) && double.IsFinite(got))
                    json.WriteNumber("got", got);
                json.WriteBoolean("passed", assertion.Failure(result.Metrics) is null);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
