using System.Globalization;
using System.Text;
using SegTrain.Core.Training;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>fit --find-lr</c> on stdout: a table for people, or one JSON object on one line for programs.</summary>
internal static class RateReport
{
    // Of a hundred steps twenty say enough; the file has all.
    private const int Every = 5;

    public static Outcome Of(RateResult result) => new(Table(result), Json(result), []);

    private static string Table(RateResult result)
    {
        var curve = result.Curve;
        var rows = new List<string[]> { (string[])["learning rate", "loss", "smoothed"] };
        foreach (var point in curve.Points.Where(static (_, i) => i % Every == 0))
            rows.Add([Rate(point.Rate), ProgressText.Fixed(point.Loss), ProgressText.Fixed(point.Smoothed)]);
        var text = new StringBuilder().AppendTable(rows).Append('\n');
        text.Append(curve is { Suggested: { } suggested, Steepest: { } steepest, Lowest: { } lowest }
            ? $"suggested: --lr {Rate(suggested)}; the smoothed loss falls fastest at {Rate(steepest)}, and is lowest at {Rate(lowest)}, of which a tenth is the most that is suggested\n"
            : "no rate lowered the loss: look at the data with 'segtrain inspect', or raise train.batch_size or train.accumulate\n");
        return text.Append($"rates.csv and rates.svg in {result.Folder}\n").ToString();
    }

    private static string Json(RateResult result) => ResultJson.Object(json =>
    {
        json.WriteString("folder", result.Folder);
        ResultJson.WriteNumber(json, "suggested", result.Curve.Suggested);
        ResultJson.WriteNumber(json, "steepest", result.Curve.Steepest);
        ResultJson.WriteNumber(json, "lowest", result.Curve.Lowest);
        json.WriteStartArray("steps");
        foreach (var point in result.Curve.Points)
        {
            json.WriteStartObject();
            json.WriteNumber("learning_rate", point.Rate);
            json.WriteNumber("loss", point.Loss);
            json.WriteNumber("smoothed", point.Smoothed);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>Two digits, as a learning rate is never known better.</summary>
    private static string Rate(double rate) => rate.ToString("0.0E-0", CultureInfo.InvariantCulture).Replace("E", "e", StringComparison.Ordinal);
}
