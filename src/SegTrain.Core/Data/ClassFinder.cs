using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>The class list of a data set: from the configuration, or from the values that stand in the masks.</summary>
internal static class ClassFinder
{
    private const int VoidIndex = 255;

    /// <param name="config">Classes and ignored values, where they are known.</param>
    /// <param name="scans">The values in the masks.</param>
    /// <param name="problems">Takes the values that belong to no class.</param>
    /// <exception cref="SegTrainException">No list of classes fits the values.</exception>
    public static (ClassList List, ClassMap Map) Find(DataConfig config, IReadOnlyList<MaskScan> scans, DataProblems problems)
    {
        var ignored = config.Ignore.ToList();
        var classes = config.Classes.Count > 0 ? config.Classes : Discover(scans, ignored);
        var map = new ClassMap([.. classes.Select(Range)], [.. ignored.Select(Range)]);
        map.NameStrays(scans, problems);
        return (Count(classes, ignored, map, scans), map);
    }

    /// <summary>Refuses what a schema cannot express: bad values, a name or a value used twice.</summary>
    public static void Validate(DataConfig config)
    {
        var problems = new List<string>();
        var taken = new List<((int First, int Last) Range, string By)>();
        var values = config.Classes.Select(static c => (c.Value, By: $"class '{c.Name}'")).Concat(config.Ignore.Select(static v => (Value: v, By: "data.ignore")));
        foreach (var (value, by) in values)
        {
            if (!MaskValue.TryParse(value, out var range))
                problems.Add($"the value '{value}' of {by} must be a grey level 0 to 65535, a range '128-255' or a colour '#RRGGBB'");
            else if (taken.FirstOrDefault(other => other.Range.First <= range.Last && range.First <= other.Range.Last) is { By: not null } other)
                problems.Add($"the value '{value}' of {by} belongs to {other.By} already");
            else
                taken.Add((range, by));
        }

        problems.AddRange(config.Classes.GroupBy(static c => c.Name).Where(static g => g.Count() > 1).Select(static g => $"the class name '{g.Key}' is used {g.Count()} times"));
        problems.AddRange(config.Classes.Where(static c => c.Color is { Length: > 0 } color && !MaskValue.TryParseColor(color, out _))
            .Select(static c => $"the colour '{c.Color}' of class '{c.Name}' must have the form '#RRGGBB'"));
        if (config.Classes.Count is 1 or > ClassList.MaxClasses)
            problems.Add($"data.classes has {config.Classes.Count} entries; 2 to {ClassList.MaxClasses} are possible, the background is one of them");
        if (problems.Count > 0)
            throw new SegTrainException(ExitCode.Config, string.Join('\n', problems));
    }

    private static (int First, int Last) Range(ClassConfig item) => Range(item.Value);

    private static (int First, int Last) Range(string value) => MaskValue.TryParse(value, out var range)
        ? range : throw new SegTrainException(ExitCode.Config, $"'{value}' is no mask value");

    private static List<ClassConfig> Discover(IReadOnlyList<MaskScan> scans, List<string> ignored)
    {
        var ranges = ignored.Select(Range).ToList();
        var found = scans.SelectMany(static scan => scan.Values).GroupBy(static value => value.Value)
            .Select(static group => (Value: group.Key, Count: group.Sum(static value => value.Count)))
            .Where(value => !ranges.Exists(range => range.First <= value.Value && value.Value <= range.Last))
            .OrderBy(static value => value.Value).ToList();
        if (found.Count > 2 && found[^1].Value == VoidIndex && found[^2].Value < 2 * found.Count)
        {
            ignored.Add(VoidIndex.ToString());
            found.RemoveAt(found.Count - 1);
        }

        if (found.Count < 2)
        {
            var what = found.Count == 0 ? "every pixel is ignored" : $"every pixel has the value {MaskValue.Text(found[0].Value)}";
            throw new SegTrainException(ExitCode.Data, $"In all {scans.Count} masks {what}; there is nothing to learn. See that the masks are the right files, or write data.classes.");
        }

        if (!scans.All(static scan => scan.Complete) || found.Count > ClassList.MaxClasses || LooksSmoothed(scans, found))
            throw TooMany(scans, found);
        return found.Count == 2
            ? [Named("background", found[0].Value), Named("foreground", found[1].Value)]
            : [.. found.Select(static (value, index) => Named($"class {index}", value.Value))];
    }

    // Edges that were smoothed or went through JPEG: many rare values between two that cover almost everything, or many in a JPEG file.
    private static bool LooksSmoothed(IReadOnlyList<MaskScan> scans, List<(int Value, long Count)> found)
    {
        if (found.Count < 8)
            return false;
        if (scans.Any(static scan => scan.Format == ImageFormat.Jpeg))
            return true;
        var all = found.Sum(static value => value.Count);
        var between = found[1..^1];
        return (found[^1].Value >= 2 * found.Count || found.Count >= 100)
            && between.Sum(static value => value.Count) < 0.2 * all && between.TrueForAll(value => value.Count < 0.01 * all);
    }

    private static SegTrainException TooMany(IReadOnlyList<MaskScan> scans, List<(int Value, long Count)> found)
    {
        var all = scans.Sum(static scan => scan.Pixels);
        var frequent = found.OrderByDescending(static value => value.Count).Take(5)
            .Select(value => $"{MaskValue.Text(value.Value)} ({100.0 * value.Count / all:0.00} %)");
        var more = scans.All(static scan => scan.Complete) ? "" : " or more";
        return new(ExitCode.Data, $"""
            The masks hold {found.Count}{more} different values; the most frequent are {string.Join(", ", frequent)}.
            That looks like smoothed or JPEG-compressed edges, or like photographs. Save masks as PNG without smoothing, or say what the values mean:
              data:
                classes:
                  - {'{'} name: background, value: '0-127' {'}'}
                  - {'{'} name: foreground, value: '128-255' {'}'}
            """);
    }

    private static ClassConfig Named(string name, int value) => new() { Name = name, Value = MaskValue.Text(value) };

    private static ClassList Count(IReadOnlyList<ClassConfig> classes, List<string> ignored, ClassMap map, IReadOnlyList<MaskScan> scans)
    {
        var counts = new long[256];
        foreach (var value in scans.SelectMany(static scan => scan.Values))
        {
            if (map[value.Value] is { } index)
                counts[index] += value.Count;
        }


        var all = (double)scans.Sum(static scan => scan.Pixels);
        if (counts[ClassList.Ignore] == (long)all)
            throw new SegTrainException(ExitCode.Data, $"In all {scans.Count} masks every pixel is ignored; see data.ignore.");
        return new(
            [.. classes.Select((item, i) => new ClassInfo(item.Name, item.Value, ColorOf(item, i), counts[i] / all))],
            ignored,
            counts[ClassList.Ignore] / all);
    }

    private static string ColorOf(ClassConfig item, int index) => item.Color is { Length: > 0 } color
        ? color : MaskValue.TryParseColor(item.Value, out _) ? item.Value : ClassPalette.Of(index);
}
