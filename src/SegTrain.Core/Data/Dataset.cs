using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Data.Splits;
using SegTrain.Core.Text;
using SegTrain.Losses;

namespace SegTrain.Core.Data;

/// <summary>What a run trains and validates on.</summary>
internal sealed record Dataset
{
    public required ClassList Classes { get; init; }

    /// <summary>Channels of every image: 1, 3 or 4.</summary>
    public required int Channels { get; init; }

    /// <summary>Per channel, for the normalisation of inputs.</summary>
    public required float[] Mean { get; init; }

    /// <inheritdoc cref="Mean"/>
    public required float[] Std { get; init; }

    public required ISampleSource Train { get; init; }

    public required ISampleSource Validation { get; init; }

    /// <summary>Which pair went where; empty for the built-in set.</summary>
    public IReadOnlyList<(string Name, Split Split)> Splits { get; init; } = [];

    /// <summary>Every image with its masks, training before validation; empty for the built-in set.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>For the log, a line each: where from, how many, which sizes, which classes.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <param name="config">Which samples, and which batches they are for.</param>
    /// <param name="progress">Told how many of the masks have been looked through.</param>
    /// <exception cref="SegTrainException">All that is wrong with the set.</exception>
    public static Dataset Open(LoadingConfig config, IProgress<(int Done, int Total)>? progress = null)
    {
        CheckKeys(config);
        try
        {
            return string.IsNullOrEmpty(config.Data.Path) ? Synthetic(config) : FromFiles(config, progress);
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<SegTrainException>().FirstOrDefault() is { } known)
        {
            // Files are read by several threads at once; what one of them says to the user stays the message.
            throw new SegTrainException(known.Code, known.Message, e);
        }
    }

    /// <summary>Pixels of each class in the training masks as the files have them; null where there are no files.</summary>
    public IReadOnlyList<long>? ClassPixels { get; init; }

    /// <summary>Pixels of each class in the training masks.</summary>
    public IReadOnlyList<long> CountPixels()
    {
        if (ClassPixels is not null)
            return ClassPixels;
        var counts = new long[ClassList.Ignore + 1];
        Parallel.For(0, Train.Count, i =>
        {
            var ofMask = new long[counts.Length];
            foreach (var index in Train.Load(i).Target)
                ofMask[index]++;
            lock (counts)
            {
                for (var index = 0; index < counts.Length; index++)
                    counts[index] += ofMask[index];
            }
        });
        return counts[..Classes.Count];
    }

    /// <summary>Shuffled, augmented batches of the training images.</summary>
    public BatchLoader TrainingLoader(LoadingConfig config, DistanceMap? distances = null) => new(
        Train,
        new TrainingPlan(Train, config.Augment, config.Batch, config.Data.Repeat, config.Seed),
        Channels,
        BatchLoader.ChooseThreads(config.Data.Threads),
        distances,
        Classes.Combinations,
        config.Augment.On == AugmentPlace.Device);

    /// <summary>Batches of the validation images, in order and unchanged.</summary>
    public BatchLoader ValidationLoader(LoadingConfig config, DistanceMap? distances = null) => new(
        Validation, new ValidationPlan(Validation, config.Batch), Channels, BatchLoader.ChooseThreads(config.Data.Threads), distances, Classes.Combinations);

    private static Dataset Synthetic(LoadingConfig config)
    {
        var data = config.Data;
        if (data.Classes.Count > 0 || data.Ignore.Count > 0 || (data.Images ?? data.Masks ?? data.Group ?? data.Fold) is not null || data.Invert || data.Stratify || data.Tolerance > 0)
        {
            throw new SegTrainException(
                ExitCode.Config, "data.classes, ignore, images, masks, tolerance, invert, stratify, group and fold are about a data set, but none is named; set data.path (--data)");
        }

        var synthetic = data.Synthetic;
        var channels = data.Channels == 0 ? 3 : data.Channels;
        var classes = new ClassList(
            [.. Enumerable.Range(0, synthetic.Classes).Select(static i => new ClassInfo(
                i == 0 ? "background" : SyntheticShape.All[i - 1].Name, i.ToString(), ClassPalette.Of(i), double.NaN))],
            [],
            0);
        var (train, validation, _) = Prepare(
            new SyntheticSamples(synthetic, 0, synthetic.Train, channels, config.Seed),
            new SyntheticSamples(synthetic, synthetic.Train, synthetic.Validation, channels, config.Seed),
            config,
            classes,
            channels);
        return Make(config, classes, channels, train, validation, DatasetSummary.Synthetic(synthetic, classes, channels));
    }

    private static Dataset FromFiles(LoadingConfig config, IProgress<(int Done, int Total)>? progress)
    {
        var data = config.Data;
        var problems = new DataProblems();
        var list = PairList.Find(data, problems);
        problems.ThrowIfAny(data.Path!);
        var all = list.Pairs.Where(static pair => pair.Pair.Split != Split.Test).ToList();
        var survey = MaskSurvey.Of(data, all, problems, progress);
        problems.ThrowIfAny(data.Path!);
        var pairs = Division.Of(list.Pairs, data, config.Seed, survey?.ClassesOf() ?? (static _ => []), problems);
        problems.ThrowIfAny(data.Path!);
        var (train, validation, channels, cache) = Sources(config, pairs, survey!);
        var trained = pairs.Train.ToHashSet(ReferenceEqualityComparer.Instance);
        return Make(config, survey!.Classes, channels, train, validation, DatasetSummary.Files(data, list, pairs, survey, channels, cache)) with
        {
            ClassPixels = survey.Classes.ByClass(MaskScan.Sum(survey.Scans.Where(scan => trained.Contains(scan.Pair)))),
            Files = [.. pairs.Train.Concat(pairs.Validation).SelectMany(static pair => pair.Pair.Masks.Prepend(pair.Pair.Image))],
            Splits = [.. NamesIn(Split.Train, pairs.Train), .. NamesIn(Split.Validation, pairs.Validation), .. NamesIn(Split.Test, pairs.Test)],
        };
    }

    /// <summary>The files of a division as samples.</summary>
    /// <exception cref="SegTrainException">They do not fit into the memory that they must be kept in.</exception>
    public static (ISampleSource Train, ISampleSource Validation, int Channels, string Cache) Sources(LoadingConfig config, Division pairs, MaskSurvey survey)
    {
        FloatingPoint.Check(config.Augment, [.. pairs.Train, .. pairs.Validation]);
        var channels = config.Data.Channels != 0 ? config.Data.Channels : pairs.Train.Any(static pair => pair.Image.IsColor) ? 3 : 1;
        var (train, validation, cache) = Prepare(
            new FileSamples(pairs.Train, survey.Targets, channels),
            new FileSamples(pairs.Validation, survey.Targets, channels),
            config,
            survey.Classes,
            channels * pairs.Train.Concat(pairs.Validation).Max(static pair => pair.Image.Bits) / 8);
        return (train, validation, channels, cache);
    }

    private static IEnumerable<(string Name, Split Split)> NamesIn(Split split, IReadOnlyList<CheckedPair> pairs) => pairs.Select(pair => (pair.Pair.Name, split));

    /// <summary>Resized where the configuration says so, and kept in memory as far as it allows.</summary>
    private static (ISampleSource Train, ISampleSource Validation, string Cache) Prepare(
        ISampleSource train, ISampleSource validation, LoadingConfig config, ClassList classes, int bytesPerPixel)
    {
        var data = config.Data;
        if (data.Resizing is { } resizing)
            (train, validation) = (new ResizedSamples(train, resizing), new ResizedSamples(validation, resizing, keepsTargets: data.Evaluate == Evaluation.Native));
        var budget = new CacheBudget(data.Cache, ByteSize.Parse(data.CacheBytes));
        (train, validation) = (budget.Cache(train, bytesPerPixel, config.Augment.Foreground > 0 ? Data.ClassPixels.BytesPerRow(classes) : 0), budget.Cache(validation, bytesPerPixel));
        budget.RefuseOverflow();
        return (train, validation, budget.Summary);
    }

    private static Dataset Make(
        LoadingConfig config, ClassList classes, int channels, ISampleSource train, ISampleSource validation, IReadOnlyList<string> summary)
    {
        TrainingSize.Check(train, config);
        var (mean, std) = ChannelStatistics.Of(train, channels);
        return new Dataset
        {
            Classes = classes,
            Channels = channels,
            Mean = mean,
            Std = std,
            Train = train,
            Validation = validation,
            Summary = summary,
        };
    }

    /// <summary>What the attributes of the keys cannot express.</summary>
    /// <exception cref="SegTrainException">Keys that contradict each other or themselves.</exception>
    public static void CheckKeys(LoadingConfig config)
    {
        RefuseHalfSizes(config);
        ClassRules.Check(config.Data);
        SplitRules.Check(config.Data);
    }

    private static void RefuseHalfSizes(LoadingConfig config)
    {
        foreach (var (key, size) in new[] { ("data.resize", config.Data.Resize), ("augment.crop", config.Augment.Crop) })
        {
            if (size.Count is not (0 or 2) || size.Any(static side => side is < 1 or > 65_536))
                throw new SegTrainException(ExitCode.Config, $"{key} must be [width, height] with sides from 1 to 65536, or [] for none; found [{string.Join(", ", size)}]");
        }
    }
}
