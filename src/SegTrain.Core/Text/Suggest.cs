namespace SegTrain.Core.Text;

/// <summary>"Did you mean": the nearest of the valid names to one that is not.</summary>
internal static class Suggest
{
    /// <summary>
    /// The candidate with the fewest edits that a slip of the fingers explains; null when none is near enough. Ties go to the first.
    /// </summary>
    /// <example><c>Nearest("tverksy", ["dice", "tversky"])</c> is <c>"tversky"</c>; <c>Nearest("unet", ["dice"])</c> is null.</example>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var fewest = Limit(word) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Distance(word, candidate);
            if (edits < fewest)
                (nearest, fewest) = (candidate, edits);
        }
        return nearest;
    }

    /// <summary>" did you mean 'X'?" with the separator in front, or nothing: the end of a message.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) => Hint(Nearest(word, candidates));

    public static string Hint(string? name) => name is null ? "" : $"; did you mean '{name}'?";

    /// <summary>How many edits still look like a slip: one in three letters, at least one and at most three.</summary>
    public static int Limit(string word) => Math.Clamp(word.Length / 3, 1, 3);

    /// <summary>
    /// Damerau-Levenshtein distance in its optimal-string-alignment form: insertions, deletions, replacements and swaps of
    /// neighbours, case ignored.
    /// </summary>
    /// <example><c>Distance("epohcs", "epochs")</c> is 1.</example>
    public static int Distance(string a, string b)
    {
        var (before, previous, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(previous[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, previous, row) = (previous, row, before);
        }
        return previous[b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
