using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data.Masks;

/// <summary>A survey where each class has mask files of its own. The combinations of classes that occur take the place of classes in targets.</summary>
internal static class PlaneSurvey
{
    /// <inheritdoc cref="MaskSurvey.Of(DataConfig, IReadOnlyList{CheckedPair}, DataProblems, IProgress{ValueTuple{int, int}}?)"/>
    public static MaskSurvey? Of(DataConfig config, IReadOnlyList<CheckedPair> pairs, DataProblems problems, IProgress<(int Done, int Total)>? progress)
    {
        RefuseNoise(config, pairs, problems);
        var map = new PlaneMap(config.Classes, config.Ignore, config.Tolerance);
        var seen = MaskReader.Each(pairs, pair => new { Pair = pair, Sets = map.Read(pair, pair.Image.Width, pair.Image.Height, PlaneTargets.Count) }, problems, progress).ToList();
        if (seen.Count == 0)
            return null;
        var sets = seen.SelectMany(static pair => pair.Sets.Select(static set => set.Set)).Where(static set => (set & PlaneMap.Ignored) == 0).Distinct().Order().ToList();
        if (sets.Count > ClassList.MaxClasses)
        {
            throw new SegTrainException(
                ExitCode.Data,
                $"The masks of the {config.Classes.Count} classes overlap in {sets.Count} different ways; {ClassList.MaxClasses} are possible. " +
                "Where they are smoothed, give the classes the value '128-255'; else train on fewer classes at a time.");
        }

        var targets = new PlaneTargets(map, sets);
        List<MaskScan> scans = [.. seen.Select(pair => targets.Scan(pair.Pair, pair.Sets))];
        IReadOnlyList<byte[]> combinations = [.. sets.Select(set => Enumerable.Range(0, config.Classes.Count).Select(label => (byte)((set >> label) & 1)).ToArray())];
        var files = config.Classes.Select((item, label) => $"{item.Name} in {pairs.Count(pair => pair.Pair.Planes![label] is not null)}");
        return new(
            "a mask file for each class",
            $"{sets.Count} combinations of {config.Classes.Count} classes; of {pairs.Count} pairs there are files for {string.Join(", ", files)}",
            MaskSurvey.Counted(config.Classes, config.Ignore, combinations, scans),
            targets,
            scans);
    }

    // Around white, JPEG leaves values that are not black and mean nothing.
    private static void RefuseNoise(DataConfig config, IReadOnlyList<CheckedPair> pairs, DataProblems problems)
    {
        foreach (var item in config.Classes.Where((item, label) => item.Value is null && config.Tolerance == 0 && pairs.Any(pair => pair.JpegMasks.Contains(pair.Pair.Planes![label]))))
            problems.Add("Masks that went through JPEG have no clean black (give these classes a value such as '128-255', or set data.tolerance):", item.Name);
    }
}
