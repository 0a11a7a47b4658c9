namespace SegTrain.Core.Text;

/// <summary>Lines of comma-separated files as RFC 4180 has them.</summary>
internal static class Csv
{
    /// <summary>One line with its end.</summary>
    public static string Row(params IEnumerable<string> fields) => string.Join(',', fields.Select(Quoted)) + "\n";

    private static string Quoted(string field) => field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
}
