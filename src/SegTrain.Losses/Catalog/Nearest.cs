namespace SegTrain.Losses;

/// <summary>The valid name that a wrong one was probably meant to be.</summary>
internal static class Nearest
{
    /// <summary>A question that offers the nearest name, or a full stop when none is near.</summary>
    internal static string Offer(string wrong, IEnumerable<string> names) =>
        Of(wrong, names) is { } name ? $": did you mean '{name}'?" : ".";

    private static string? Of(string wrong, IEnumerable<string> names)
    {
        var best = names.Select(name => (Name: name, Distance: Distance(wrong.ToLowerInvariant(), name))).MinBy(pair => pair.Distance);
        return best.Name is not null && best.Distance <= Math.Max(2, wrong.Length / 3) ? best.Name : null;
    }

    /// <summary>Letters to insert, delete, replace or swap with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                cost[i, j] = Math.Min(
                    Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1,
                    cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }
        return cost[a.Length, b.Length];
    }
}
