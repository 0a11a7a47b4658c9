using System.Text.Json;
using SegTrain.Core.Files;

namespace SegTrain.Core.Tracking;

/// <summary>events.jsonl: one JSON object a line, for programs. Every line has <c>schema</c>, <c>time</c> (UTC) and <c>event</c>.</summary>
/// <param name="path">The file; lines are appended.</param>
/// <param name="clock">Where the time comes from.</param>
internal sealed class EventLog(string path, TimeProvider clock)
{
    /// <summary>Grows when a field changes its meaning or goes; new fields do not change it.</summary>
    public const int Schema = 1;

    public void Write(string name, Action<Utf8JsonWriter> fields) => FileSizeLimit.Guard(path, () => Append(name, fields));

    private void Append(string name, Action<Utf8JsonWriter> fields)
    {
        using var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        stream.SetLength(EndOfLines(stream));
        stream.Seek(0, SeekOrigin.End);
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("schema", Schema);
            json.WriteString("time", clock.GetUtcNow().UtcDateTime);
            json.WriteString("event", name);
            fields(json);
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
    }

    // A full disk or a kill may have cut the last line short.
    private static long EndOfLines(FileStream stream)
    {
        var end = stream.Length;
        for (; end > 0; end--)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n') break;
        }
        return end;
    }

    /// <summary>Metrics as an object; a class that was absent is null.</summary>
    public static void WriteMetrics(Utf8JsonWriter json, IReadOnlyDictionary<string, double> metrics)
    {
        json.WriteStartObject("metrics");
        foreach (var (name, value) in metrics)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, value);
            else json.WriteNull(name);
        }
        json.WriteEndObject();
    }
}
