using System.Text;

namespace SegTrain.Cli.Output;

/// <summary>Cells in columns, two blanks apart.</summary>
internal static class TextTable
{
    /// <param name="text">Where the lines go.</param>
    /// <param name="rows">Cells; all rows have as many.</param>
    /// <param name="indent">Before each line.</param>
    /// <param name="left">Numbers of the columns that stand to the left; by default the first only.</param>
    public static StringBuilder AppendTable(this StringBuilder text, IReadOnlyList<string[]> rows, string indent = "", params ReadOnlySpan<int> left)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        foreach (var row in rows)
        {
            var line = new StringBuilder(indent);
            for (var column = 0; column < row.Length; column++)
            {
                var isLeft = column == 0 || left.Contains(column);
                line.Append(column > 0 ? "  " : "").Append(isLeft ? row[column].PadRight(widths[column]) : row[column].PadLeft(widths[column]));
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
        }

        return text;
    }
}
