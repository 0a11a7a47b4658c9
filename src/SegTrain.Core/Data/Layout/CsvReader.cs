using System.Text;

namespace SegTrain.Core.Data.Layout;

/// <summary>Records of a comma-separated file (RFC 4180): quoted fields may hold commas, doubled quotes and line breaks.</summary>
internal static class CsvReader
{
    /// <summary>Every record that is not blank, with the number of its first line.</summary>
    public static IEnumerable<(int Line, IReadOnlyList<string> Fields)> Read(string text)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var (quoted, line, start) = (false, 1, 1);
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\n')
                line++;
            if (quoted)
            {
                if (c != '"')
                    field.Append(c);
                else if (at + 1 < text.Length && text[at + 1] == '"')
                    field.Append(text[at++]);
                else
                    quoted = false;
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                fields.Add(field.ToString().Trim());
                field.Clear();
                if (c == ',')
                    continue;
                if (!IsBlank(fields))
                    yield return (start, fields);
                (fields, start) = ([], line);
            }
            else if (c != '\uFEFF' && c != '\r')
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString().Trim());
        if (!IsBlank(fields))
            yield return (start, fields);
    }

    private static bool IsBlank(List<string> fields) => fields is [""];
}
