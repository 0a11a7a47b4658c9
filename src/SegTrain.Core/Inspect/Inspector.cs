using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Data.Splits;
using SegTrain.Core.Images;
using SegTrain.Core.Recipe;

namespace SegTrain.Core.Inspect;

/// <summary>An inspection, and what its pictures are drawn from.</summary>
/// <param name="Report">What was found.</param>
/// <param name="Survey">The classes; null where none could be made out.</param>
/// <param name="Picks">Pairs worth looking at.</param>
internal sealed record Inspected(Inspection Report, MaskSurvey? Survey, IReadOnlyList<Pick> Picks);

/// <param name="What">images or masks.</param>
/// <param name="Done">How many have been looked through.</param>
/// <param name="Total">How many there are.</param>
internal readonly record struct InspectStep(string What, int Done, int Total);

/// <summary>
/// Looks through a data set as <c>fit</c> does, by the same code, but goes on where that refuses; and looks at every image besides.
/// In memory are the names, the counts of each mask's values and a hash of each image, one file a thread at a time, and no tensor.
/// </summary>
internal static class Inspector
{
    /// <param name="config">The data, augment, model and train parts are read.</param>
    /// <param name="progress">Told by any thread how far it is.</param>
    /// <exception cref="SegTrainException">The configuration contradicts itself.</exception>
    public static Inspected Run(RunConfig config, IProgress<InspectStep>? progress)
    {
        Dataset.CheckKeys(config.Loading);
        var (problems, warnings, data) = (new DataProblems(), new DataProblems(), config.Data);
        var list = new PairList("", []);
        Try(problems, () => list = PairList.Find(data, problems));
        var (pairs, seen) = Look(config, list, problems, warnings, progress);
        if (pairs.Train.Count > 0 && seen.Survey is { } classes)
            Try(problems, () => TrainingSize.Check(Dataset.Sources(config.Loading, pairs, classes).Train, config.Loading));

        var table = ClassTable.Of(seen, data.Stray);
        var strays = Strays.Of(seen, table, data.Classes.Count > 0, file => Shown(data.Path!, file));
        var duplicates = Duplicate.Find(seen);
        var counts = new SplitCounts(pairs.Train.Count, pairs.Validation.Count, pairs.Test.Count, pairs.By);
        var suspicion = new Suspicion(warnings);
        suspicion.LookAtClasses(table, strays, counts);
        suspicion.LookAtDuplicates(duplicates);
        suspicion.LookAtImages(seen, config.Model.Shape.Depth);
        suspicion.LookAtMasks(seen);
        var report = new Inspection
        {
            Data = data.Path!,
            Layout = list.Layout,
            Problems = problems.All,
            Warnings = warnings.All,
            Pairs = counts,
            Sizes = [.. seen.Pairs.CountBy(static item => (item.Pair.Image.Width, item.Pair.Image.Height))
                .OrderByDescending(static size => size.Value).ThenBy(static size => size.Key).Select(static size => new SizeCount(size.Key.Width, size.Key.Height, size.Value))],
            Images = Kinds(seen.Pairs.Select(static item => item.Pair.Image)),
            Masks = Kinds(seen.Pairs.Select(static item => item.Pair.Mask)),
            Encoding = seen.Survey is { } survey ? new(survey.Encoding, survey.Reason) : null,
            Classes = table,
            Strays = strays,
            Duplicates = duplicates,
            Advice = Advice.Of(config, pairs.Train, table, seen.Survey?.Classes, strays),
        };
        return new(report, seen.Survey, Pick.Choose(seen, suspicion.Suspects));
    }

    // As Dataset.Open goes about it; the test pairs, which no run decodes, come last, and what is wrong with them is a warning.
    private static (Division Pairs, Observations Seen) Look(
        RunConfig config, PairList list, DataProblems problems, DataProblems warnings, IProgress<InspectStep>? progress)
    {
        MaskSurvey? survey = null;
        IReadOnlyList<CheckedPair> learnt = [.. list.Pairs.Where(static pair => pair.Pair.Split != Split.Test)];
        if (learnt.Count > 0)
            Try(problems, () => survey = MaskSurvey.Of(config.Data, learnt, problems, new Labelled(progress, "masks")));
        var pairs = list.Pairs.Count == 0 ? new([], [], [], "")
            : Division.Of(list.Pairs, config.Data, config.Train.Seed, survey?.ClassesOf() ?? (static _ => []), problems);
        IReadOnlyList<MaskScan> test = survey is null ? [] : [.. MaskReader.Each(pairs.Test, survey.Targets.Scan, warnings)];
        var train = pairs.Train.ToHashSet(ReferenceEqualityComparer.Instance);
        var masks = (survey?.Scans ?? []).ToLookup(scan => train.Contains(scan.Pair));
        IReadOnlyList<(CheckedPair Pair, Split Split)> all =
        [
            .. pairs.Train.Select(static pair => (pair, Split.Train)),
            .. pairs.Validation.Select(static pair => (pair, Split.Validation)),
            .. pairs.Test.Select(static pair => (pair, Split.Test)),
        ];
        var images = ImageScan.All(all, split => split == Split.Test ? warnings : problems, new Labelled(progress, "images"));
        return (pairs, new(all, images, [[.. masks[true]], [.. masks[false]], test], survey));
    }

    private static IReadOnlyList<FileKind> Kinds(IEnumerable<ImageHeader> headers) =>
    [
        .. headers.CountBy(static header => (header.Format, header.Channels, header.Bits)).OrderByDescending(static kind => kind.Value).ThenBy(static kind => kind.Key)
            .Select(static kind => new FileKind(kind.Key.Format.ToString().ToLowerInvariant(), kind.Key.Channels, kind.Key.Bits, kind.Value)),
    ];

    private static string Shown(string data, string file)
    {
        var relative = Path.GetRelativePath(Directory.Exists(data) ? data : Path.GetDirectoryName(Path.GetFullPath(data))!, file);
        return relative.StartsWith("..", StringComparison.Ordinal) ? file : relative.Replace('\\', '/');
    }

    /// <summary>What ends a run here becomes one more problem.</summary>
    private static void Try(DataProblems problems, Action step)
    {
        try
        {
            step();
        }
        catch (SegTrainException e) when (e.Code is ExitCode.Data or ExitCode.Config)
        {
            problems.Add(e.Message);
        }
    }

    private sealed class Labelled(IProgress<InspectStep>? progress, string what) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) => progress?.Report(new(what, value.Done, value.Total));
    }
}
