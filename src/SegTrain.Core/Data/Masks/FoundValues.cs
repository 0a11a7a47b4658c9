namespace SegTrain.Core.Data.Masks;

/// <summary>The values among which encodings look for classes.</summary>
/// <param name="Items">By value, without ignored ones, each with what lies within the tolerance of it.</param>
/// <param name="Complete">False where there were too many values to count them all.</param>
/// <param name="HasJpeg">Whether any mask is a JPEG file.</param>
internal sealed record FoundValues(IReadOnlyList<ValueTotal> Items, bool Complete, bool HasJpeg)
{
    public long Pixels { get; } = Items.Sum(static item => item.Pixels);

    public bool IsGrey => Items.All(static item => item.Value < MaskValue.Color);

    /// <summary>Few enough for classes, and no sign of smoothed edges.</summary>
    public bool AreClasses => Complete && Items.Count is >= 2 and <= ClassList.MaxClasses && !AreSmoothed;

    // Edges that were smoothed or went through JPEG: many rare values between those that cover almost everything.
    private bool AreSmoothed
    {
        get
        {
            if (Items.Count < 8)
                return false;
            if (HasJpeg)
                return true;
            var rare = Items.Where(item => item.Pixels < 0.01 * Pixels).ToList();
            var main = Items.Except(rare).Select(static item => item.Value).ToList();
            return IsGrey
                ? (Items[^1].Value >= 2 * Items.Count || Items.Count >= 100)
                    && rare.Count >= Items.Count - 2 && rare.Sum(static item => item.Pixels) < 0.2 * Pixels
                : rare.Count >= 8 && rare.Count(item => IsBetween(main, item.Value)) >= 0.8 * rare.Count;
        }
    }

    public static FoundValues In(ValueTable table, IReadOnlyList<ValueRange> ignored, double tolerance)
    {
        var items = table.Totals.Where(total => !ignored.Any(range => range.Distance(total.Value) <= tolerance)).ToList();
        return new(tolerance > 0 ? Merge(items, tolerance) : items, table.Complete, table.HasJpeg);
    }

    /// <summary>The most frequent values, each with what is near it. What is near none of the first 256 is left out.</summary>
    public static IReadOnlyList<ValueTotal> Merge(IReadOnlyList<ValueTotal> items, double distance)
    {
        var centres = new List<ValueTotal>();
        foreach (var item in items.OrderByDescending(static item => item.Pixels).ThenBy(static item => item.Value))
        {
            var near = centres.FindIndex(centre => MaskValue.Distance(centre.Value, item.Value) <= distance);
            if (near >= 0)
                centres[near] = centres[near] with { Pixels = centres[near].Pixels + item.Pixels };
            else if (centres.Count <= ClassList.MaxClasses)
                centres.Add(item);
        }

        return [.. centres.OrderBy(static centre => centre.Value)];
    }

    // Smoothing mixes two neighbours, so that the result lies on the line from one to the other.
    private static bool IsBetween(List<int> main, int value)
    {
        var at = Vector(value);
        for (var i = 0; i < main.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (from, to) = (Vector(main[i]), Vector(main[j]));
                var line = to - from;
                var along = System.Numerics.Vector3.Dot(at - from, line) / line.LengthSquared();
                if (along is > 0 and < 1 && (from + (along * line) - at).LengthSquared() < 3)
                    return true;
            }
        }

        return false;
    }

    private static System.Numerics.Vector3 Vector(int value) =>
        MaskValue.Parts(value) is var (red, green, blue) ? new(red, green, blue) : default;
}
