using System.Diagnostics;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Data.Splits;
using SegTrain.Core.Predict;
using SegTrain.Core.Recipe;
using SegTrain.Core.Trained;
using SegTrain.Core.Training;
using static TorchSharp.torch;

namespace SegTrain.Core.Evaluate;

/// <summary>Which pairs of a set are looked at.</summary>
internal enum EvaluationSplit
{
    /// <summary>Those that validate: as the set names them, or as its configuration divides them.</summary>
    Val,

    /// <summary>Those that are trained on.</summary>
    Train,

    /// <summary>Those that the set keeps for testing.</summary>
    Test,

    /// <summary>All of them.</summary>
    All,
}

/// <summary>Images and masks that a model is measured on.</summary>
/// <param name="Classes">The model's.</param>
/// <param name="Samples">In their order.</param>
/// <param name="Loader">Their batches.</param>
/// <param name="TrainingPixels">Of each class in the training masks, which some losses weigh by; null where the set is not the model's own.</param>
internal sealed record EvaluationSet(ClassList Classes, ISampleSource Samples, BatchLoader Loader, Func<IReadOnlyList<long>>? TrainingPixels)
{
    /// <param name="card">Whose classes the masks must have.</param>
    /// <param name="config">How its run read its data.</param>
    /// <param name="path">Another set; null for that of the run.</param>
    /// <param name="split">Which pairs.</param>
    /// <param name="progress">Told how many of the masks have been looked through.</param>
    /// <exception cref="SegTrainException">The set is refused, or has other classes.</exception>
    public static EvaluationSet Open(ModelCard card, RunConfig config, string? path, EvaluationSplit split, IProgress<(int Done, int Total)>? progress)
    {
        if (path is null && split is EvaluationSplit.Val or EvaluationSplit.Train) return OfRun(card, config, split, progress);
        var data = config.Data.HasPlanes ? config.Data : config.Data with
        {
            Classes = [.. card.Classes.Select(static item => new ClassConfig { Name = item.Name, Value = item.Value, Color = item.Color })],
            Ignore = card.Ignored,
            Invert = false,
        };
        data = data with { Path = path ?? data.Path, Channels = card.Channels };
        if (string.IsNullOrEmpty(data.Path)) throw new SegTrainException(ExitCode.Usage, "the built-in set has no pairs for testing; use --split val or train, or name a set with --data");
        var loading = config.Loading with { Data = data };
        Dataset.CheckKeys(loading);
        var problems = new DataProblems();
        var list = PairList.Find(data, problems);
        problems.ThrowIfAny(data.Path);
        var candidates = split switch
        {
            EvaluationSplit.All => list.Pairs,
            EvaluationSplit.Test => [.. list.Pairs.Where(static pair => pair.Pair.Split == Split.Test)],
            _ => [.. list.Pairs.Where(static pair => pair.Pair.Split != Split.Test)],
        };
        if (candidates.Count == 0) throw new SegTrainException(ExitCode.Data, $"{data.Path}: no pair is in the split {Word(split)}; see 'segtrain inspect', or use --split all");
        var survey = MaskSurvey.Of(data, candidates, problems, progress);
        problems.ThrowIfAny(data.Path);
        Compare(card, survey!.Classes, data.Path);
        var pairs = split is EvaluationSplit.All or EvaluationSplit.Test ? candidates : Divided(Division.Of(list.Pairs, data, config.Train.Seed, survey.ClassesOf(), problems), split);
        problems.ThrowIfAny(data.Path);
        ISampleSource samples = new FileSamples(pairs, survey.Targets, card.Channels);
        if (data.Resizing is { } resizing) samples = new ResizedSamples(samples, resizing, keepsTargets: data.Evaluate == Evaluation.Native);
        return new(survey.Classes, samples, Batches(samples, loading, card.Channels, survey.Classes), null);
    }

    /// <summary>Looks at every image once, without gradients.</summary>
    /// <param name="device">Where the tensors are to be.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="look">Gets each batch and its tensors, which end with the call.</param>
    /// <param name="stop">Asks to end.</param>
    /// <exception cref="OperationCanceledException">It was asked to end.</exception>
    public void ForEach(Device device, IProgress<PredictStep> progress, Action<Batch, DeviceBatch> look, CancellationToken stop)
    {
        var (clock, done) = (Stopwatch.StartNew(), 0);
        using var gradients = no_grad();
        foreach (var batch in Loader.Epoch(0))
        {
            using (batch)
            using (NewDisposeScope())
            {
                stop.ThrowIfCancellationRequested();
                look(batch, DeviceBatch.From(batch, device));
                done += batch.Count;
            }
            progress.Report(new(done, Samples.Count, (double)done / Samples.Count, clock.Elapsed));
        }
    }

    // As training opens it: the same pairs, the same batches, the same bits.
    private static EvaluationSet OfRun(ModelCard card, RunConfig config, EvaluationSplit split, IProgress<(int Done, int Total)>? progress)
    {
        var loading = config.Loading with { Data = config.Data with { Cache = CacheMode.None } };
        var set = Dataset.Open(loading, progress);
        Compare(card, set.Classes, config.Data.Path ?? "the built-in set");
        var samples = split == EvaluationSplit.Val ? set.Validation : set.Train;
        return new(set.Classes, samples, Batches(samples, loading, set.Channels, set.Classes), set.CountPixels);
    }

    private static BatchLoader Batches(ISampleSource samples, LoadingConfig loading, int channels, ClassList classes) =>
        new(samples, new ValidationPlan(samples, loading.Batch), channels, BatchLoader.ChooseThreads(loading.Data.Threads), combinations: classes.Combinations);

    private static IReadOnlyList<CheckedPair> Divided(Division division, EvaluationSplit split) => split == EvaluationSplit.Val ? division.Validation : division.Train;

    private static void Compare(ModelCard card, ClassList classes, string set)
    {
        if (classes.Mode == card.Mode && classes.Names.SequenceEqual(card.Names)) return;
        throw new SegTrainException(ExitCode.Data, $"{set} has the classes {string.Join(", ", classes.Names)}, and the model knows {string.Join(", ", card.Names)}");
    }

    public static string Word(EvaluationSplit split) => split.ToString().ToLowerInvariant();
}
