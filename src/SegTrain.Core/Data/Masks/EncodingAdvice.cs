using System.Globalization;

namespace SegTrain.Core.Data.Masks;

/// <summary>What to say where the masks hold more values than classes: the part of a configuration that would make sense of them.</summary>
internal static class EncodingAdvice
{
    private const int Near = 48;
    private const int MostClasses = 24;
    private const double LeastShare = 0.001;
    private const double EnoughShare = 0.85;

    // Numbers of objects have few gaps.
    private const double Dense = 1.2;

    /// <param name="values">What was found in the masks.</param>
    /// <param name="ignored">The values of data.ignore.</param>
    public static SegTrainException For(FoundValues values, IReadOnlyList<ValueRange> ignored)
    {
        var centres = FoundValues.Merge(values.Items, Near).Where(item => item.Pixels >= LeastShare * values.Pixels)
            .OrderByDescending(static item => item.Pixels).Take(MostClasses + 1).ToList();
        var frequent = string.Join(", ", values.Items.OrderByDescending(static item => item.Pixels).Take(5).Select(item => $"{MaskValue.Text(item.Value)} ({Percent(item, values)})"));
        var found = $"The masks hold {values.Items.Count}{(values.Complete ? "" : " or more")} different values; the most frequent are {frequent}.";
        if (values.IsGrey && values.Items is [var lowest, .., { Value: > 255 } highest] && highest.Value - lowest.Value < Dense * values.Items.Count)
        {
            return new(ExitCode.Data, $"""
                {found}
                They look like the numbers of single objects. To train on objects against the background, put this into the configuration (--config FILE):
                {Yaml(["{ name: background, value: '0' }", "{ name: object, value: '1-65535' }"])}
                """);
        }

        if (centres.Count is < 2 or > MostClasses || centres.Sum(static item => item.Pixels) < EnoughShare * values.Pixels)
        {
            return new(ExitCode.Data, $"""
                {found}
                They look like photographs, not like masks. See that the masks are the right files (--set data.masks=...), or name the values in the configuration, as in
                {Yaml(["{ name: background, value: '0-127' }", "{ name: foreground, value: '128-255' }"])}
                """);
        }

        var classes = values.IsGrey ? Ranges(centres, ignored) : [.. centres.Select(static item => Color(item.Value))];
        var items = centres.Select((item, i) => $"{{ name: {FoundClasses.Named(i, centres.Count, "").Name}, value: '{classes[i]}' }}  # {Percent(item, values)}");
        var cause = values.HasJpeg ? "went through JPEG" : "were smoothed";
        return new(ExitCode.Data, $"""
            {found}
            Most lie around {centres.Count} of them, as if the masks {cause}. If those are the classes, put this into the configuration (--config FILE), with their names and the background first:
            {Yaml(items)}{(values.IsGrey ? "" : $"\n  tolerance: {Tolerance(centres)}\n  stray: nearest")}
            """);
    }

    // Each level belongs to the nearest centre, short of those that are ignored.
    private static List<string> Ranges(List<ValueTotal> centres, IReadOnlyList<ValueRange> ignored)
    {
        var sorted = centres.Select(static item => item.Value).Order().ToList();
        return [.. centres.Select(centre =>
        {
            var at = sorted.IndexOf(centre.Value);
            var first = at == 0 ? 0 : ((sorted[at - 1] + sorted[at]) / 2) + 1;
            var last = at == sorted.Count - 1 ? (sorted[at] > 255 ? 65535 : 255) : (sorted[at] + sorted[at + 1]) / 2;
            first = ignored.Where(range => range.Last < centre.Value).Select(static range => range.Last + 1).Append(first).Max();
            last = ignored.Where(range => range.First > centre.Value).Select(static range => range.First - 1).Append(last).Min();
            return $"{first}-{last}";
        })];
    }

    // Below half of the distance between two centres no value is near both.
    private static int Tolerance(List<ValueTotal> centres) => (int)Math.Min(
        Near, centres.SelectMany((a, i) => centres.Take(i).Select(b => MaskValue.Distance(a.Value, b.Value))).Min() / 2.01);

    private static string Yaml(IEnumerable<string> items) => $"data:\n  classes:\n{string.Join('\n', items.Select(static item => "    - " + item))}";

    private static string Color(int value) => MaskValue.Parts(value) is var (red, green, blue) ? $"#{red:X2}{green:X2}{blue:X2}" : "";

    private static string Percent(ValueTotal item, FoundValues values) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * item.Pixels / values.Pixels:0.00} %");
}
