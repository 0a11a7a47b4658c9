using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SegTrain.Core.Metrics;

namespace SegTrain.Cli.Output;

/// <summary>What the JSON objects of all results have in common. docs/events.md explains the fields.</summary>
internal static class ResultJson
{
    /// <summary>Raised when a field changes its meaning or goes; new fields do not raise it.</summary>
    private const int Schema = 1;

    /// <summary>One object on one line.</summary>
    /// <remarks>The relaxed encoder is unsafe within HTML only; it keeps <c>val.dice>=0.9</c> and names in any script readable.</remarks>
    public static string Object(Action<Utf8JsonWriter> fields)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            fields(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Null where there is no number.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string field, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            json.WriteNumber(field, number);
        else
            json.WriteNull(field);
    }

    public static void WriteNames(Utf8JsonWriter json, string field, IEnumerable<string> names)
    {
        json.WriteStartArray(field);
        foreach (var name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    public static void WriteAssertions(Utf8JsonWriter json, IReadOnlyList<Assertion> assertions, IReadOnlyDictionary<string, double> metrics)
    {
        json.WriteStartArray("assertions");
        foreach (var assertion in assertions)
        {
            json.WriteStartObject();
            json.WriteString("assertion", assertion.Text);
            if (metrics.TryGetValue(assertion.Metric, out var got) && double.IsFinite(got))
                json.WriteNumber("got", got);
            json.WriteBoolean("passed", assertion.Failure(metrics) is null);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
