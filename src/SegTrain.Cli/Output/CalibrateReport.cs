using System.Globalization;
using System.Text;
using System.Text.Json;
using SegTrain.Core.Calibrate;

namespace SegTrain.Cli.Output;

/// <summary>The result of <c>calibrate</c> on stdout.</summary>
internal static class CalibrateReport
{
    public static string Text(CalibrateResult result)
    {
        string[] Row(string name, Reliability found) => [name, ProgressText.Fixed(found.Ece), ProgressText.Fixed(found.Brier), ProgressText.Fixed(found.LogLoss)];
        var temperatures = result.Temperatures.Select((found, c) => (result.Temperatures.Count > 1 ? $"{result.Classes[c]} " : "") + found.ToString("F4", CultureInfo.InvariantCulture));
        return new StringBuilder()
            .AppendTable([["", "ECE", "Brier", "log loss"], Row("before, at 1", result.Before), Row("after", result.After)])
            .Append(CultureInfo.InvariantCulture, $"\n{(result.Temperatures.Count > 1 ? "temperatures" : "temperature")} {string.Join(", ", temperatures)}, kept in {result.File}; ")
            .Append(CultureInfo.InvariantCulture, $"{result.Images} images in {ProgressText.Duration(result.Elapsed)}\n").ToString();
    }

    public static string Json(CalibrateResult result) => ResultJson.Object(json =>
    {
        json.WriteString("model", result.File);
        json.WriteNumber("images", result.Images);
        json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 3));
        json.WriteStartArray("temperatures");
        foreach (var found in result.Temperatures) json.WriteNumberValue(found);
        json.WriteEndArray();
        Write(json, "before", result.Before);
        Write(json, "after", result.After);
    });

    private static void Write(Utf8JsonWriter json, string name, Reliability found)
    {
        json.WriteStartObject(name);
        ResultJson.WriteNumber(json, "ece", found.Ece);
        ResultJson.WriteNumber(json, "brier", found.Brier);
        ResultJson.WriteNumber(json, "log_loss", found.LogLoss);
        json.WriteEndObject();
    }
}
