using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SegTrain.Losses;

/// <summary>The catalog for programs, one JSON object on one line; LibTorch is not loaded.</summary>
public static class LossJson
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    private const int Schema = 1;

    /// <summary>All losses, and the schedules of weights.</summary>
    /// <returns>An object with <c>schema</c>, <c>losses</c> and <c>weights</c>.</returns>
    public static string List() => Written(json =>
    {
        json.WriteStartArray("losses");
        foreach (var loss in LossCatalog.All)
        {
            json.WriteStartObject();
            WriteLoss(json, loss);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (var schedule in WeightSchedule.All)
        {
            json.WriteStartObject();
            json.WriteString("name", schedule.Name);
            json.WriteString("summary", schedule.Summary);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>One loss.</summary>
    /// <param name="name">Its name or an alias.</param>
    /// <returns>An object with <c>schema</c> and the fields of the loss.</returns>
    /// <exception cref="LossException">There is none of that name; the message offers the nearest and lists all.</exception>
    public static string Show(string name)
    {
        var loss = LossCatalog.Get(name);
        return Written(json => WriteLoss(json, loss));
    }

    private static string Written(Action<Utf8JsonWriter> fields)
    {
        using var stream = new MemoryStream();
        // The relaxed encoder is unsafe within HTML only; it keeps formulas readable.
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            fields(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteLoss(Utf8JsonWriter json, LossDefinition loss)
    {
        json.WriteString("name", loss.Name);
        WriteWords(json, "aliases", loss.Aliases);
        json.WriteString("family", loss.Family.ToString().ToLowerInvariant());
        json.WriteString("summary", loss.Summary);
        if (loss.Oddity is { } oddity)
        {
            json.WriteString("oddity", oddity.What);
            json.WriteString("prefer", oddity.Prefer);
        }
        json.WriteString("formula", loss.Formula.ReplaceLineEndings("\n"));
        json.WriteString("values", loss.Values);
        WriteWords(json, "modes", loss.Modes.Select(mode => mode.ToString().ToLowerInvariant()));
        json.WriteStartObject("not_for");
        foreach (var (mode, reason) in loss.Refusals) json.WriteString(mode.ToString().ToLowerInvariant(), reason);
        json.WriteEndObject();
        json.WriteNumber("learning_rate", loss.DefaultLearningRate);
        json.WriteBoolean("needs_distances", loss.NeedsDistances);
        json.WriteString("paper", loss.Paper);
        json.WriteString("advice", loss.Advice);
        json.WriteString("example", loss.Example);
        json.WriteStartArray("parameters");
        foreach (var parameter in loss.Parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            WriteWords(json, "aliases", parameter.Aliases);
            json.WriteString("default", parameter.Default);
            json.WriteString("takes", parameter.Kind);
            json.WriteString("description", parameter.Description);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteWords(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words) json.WriteStringValue(word);
        json.WriteEndArray();
    }
}
