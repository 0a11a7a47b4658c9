using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>What the masks of a set say, from one look at each.</summary>
/// <param name="Encoding">How classes stand in the files: a <see cref="MaskEncoding.Name"/>, or that the configuration says it.</param>
/// <param name="Reason">What it was seen by.</param>
/// <param name="Classes">The classes with their shares.</param>
/// <param name="Targets">Reads them from the files.</param>
/// <param name="Scans">The pixels of each mask that could be read, in the order of the pairs.</param>
internal sealed record MaskSurvey(string Encoding, string Reason, ClassList Classes, ITargetReader Targets, IReadOnlyList<MaskScan> Scans)
{
    // A mask with more values is decoded again once the classes are known, so that what is kept of each stays small.
    private const int KeptValues = 32;

    /// <param name="config">Classes, ignored values, tolerance and policy, as far as they are known.</param>
    /// <param name="pairs">Whose masks are looked at.</param>
    /// <param name="problems">Takes masks that cannot be read and values that belong to no class.</param>
    /// <param name="progress">Told how many of the masks have been looked at.</param>
    /// <returns>Null where no mask could be read.</returns>
    /// <exception cref="SegTrainException">No list of classes fits the values.</exception>
    public static MaskSurvey? Of(DataConfig config, IReadOnlyList<CheckedPair> pairs, DataProblems problems, IProgress<(int Done, int Total)>? progress = null)
    {
        if (config.HasPlanes)
            return PlaneSurvey.Of(config, pairs, problems, progress);
        if (config.Classes.Count == 0)
            return Discover(config, pairs, problems, progress);
        var classes = new FoundClasses(config.Classes, [], $"{config.Classes.Count} classes in data.classes");
        var map = MapOf(config, classes);
        return Of("as configured", classes, config, map, [.. MaskReader.Each(pairs, map.Scan, problems, progress)], problems);
    }

    /// <summary>The classes in a pair's mask, for stratification; none where the mask could not be read.</summary>
    public Func<CheckedPair, IEnumerable<int>> ClassesOf()
    {
        var scans = Scans.ToDictionary(static scan => scan.Pair, (IEqualityComparer<CheckedPair>)ReferenceEqualityComparer.Instance);
        return pair => scans.TryGetValue(pair, out var scan) ? scan.Classes.SelectMany(count => Classes.ClassesOf(count.Index)).Distinct() : [];
    }

    private static MaskSurvey? Discover(DataConfig config, IReadOnlyList<CheckedPair> pairs, DataProblems problems, IProgress<(int Done, int Total)>? progress)
    {
        var table = new ValueTable();
        var seen = new List<(CheckedPair Pair, ValueCount[]? Values)>();
        foreach (var mask in MaskReader.Each(pairs, static pair => new { Pair = pair, Values = ValueTable.Histogram(MaskReader.Decode(pair, pair.Pair.Mask)) }, problems, progress))
        {
            table.Add(mask.Pair.Mask.Format, mask.Values);
            seen.Add((mask.Pair, mask.Values.Length > KeptValues ? null : mask.Values));
        }

        if (seen.Count == 0)
            return null;
        var (encoding, classes) = ClassFinder.Find(config, table);
        var map = MapOf(config, classes);
        var scans = MaskReader.Each(seen, mask => mask.Values is null ? map.Scan(mask.Pair) : MaskScan.Of(mask.Pair, map, mask.Values), problems);
        return Of(encoding, classes, config, map, [.. scans], problems);
    }

    private static MaskSurvey Of(
        string encoding, FoundClasses found, DataConfig config, ClassMap map, IReadOnlyList<MaskScan> scans, DataProblems problems)
    {
        NameStrays(scans, problems);
        return new(encoding, found.Reason, Counted(found.Classes, [.. config.Ignore, .. found.Ignored], null, scans), map, scans);
    }

    /// <summary>The classes with their shares of the scanned pixels.</summary>
    /// <exception cref="SegTrainException">Every pixel is ignored.</exception>
    public static ClassList Counted(
        IReadOnlyList<ClassConfig> classes, IReadOnlyList<string> ignored, IReadOnlyList<byte[]>? combinations, IReadOnlyList<MaskScan> scans)
    {
        var sums = MaskScan.Sum(scans);
        var all = (double)sums.Sum();
        if (all > 0 && sums[ClassList.Ignore] == (long)all)
            throw new SegTrainException(ExitCode.Data, $"In all {scans.Count} masks every pixel is ignored; see data.ignore.");
        var list = new ClassList(
            [.. classes.Select(static (item, i) => new ClassInfo(item.Name, item.Value ?? "1-65535", ColorOf(item, i), double.NaN))], ignored, sums[ClassList.Ignore] / all)
        {
            Combinations = combinations,
        };
        var pixels = list.ByClass(sums);
        return list with { Items = [.. list.Items.Select((item, i) => item with { Share = pixels[i] / all })] };
    }

    private static ClassMap MapOf(DataConfig config, FoundClasses classes) => new(
        [.. classes.Classes.Select(static item => ValueRange.Parse(item.Value!))],
        [.. config.Ignore.Concat(classes.Ignored).Select(ValueRange.Parse)],
        config.Tolerance,
        config.Stray);

    private static void NameStrays(IReadOnlyList<MaskScan> scans, DataProblems problems)
    {
        foreach (var scan in scans.Where(static scan => scan.Classes.Sum(static count => (long)count.Pixels) < (long)scan.Pair.Mask.Width * scan.Pair.Mask.Height))
        {
            var (value, count, first) = scan.Strays[0];
            var (x, y) = (first % scan.Pair.Mask.Width, first / scan.Pair.Mask.Width);
            var more = scan.StrayPixels > count ? $"; {scan.StrayPixels} pixels of such values in all" : "";
            problems.Add(
                "Mask values that belong to no class (add them to data.classes or data.ignore, raise data.tolerance, or set data.stray to ignore or nearest):",
                $"{scan.Pair.Pair.Mask}: value {MaskValue.Text(value)} in {count} pixels, the first at x {x}, y {y}{more}");
        }
    }

    private static string ColorOf(ClassConfig item, int index) => item.Color is { Length: > 0 } color
        ? color : item.Value is { } value && MaskValue.TryParseColor(value, out _) ? value : ClassPalette.Of(index);
}
