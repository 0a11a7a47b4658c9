using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Training;

/// <summary>What must not have changed when a run is resumed, or its second half would belong to another run.</summary>
internal static class Resumption
{
    private const int Page = 4096;

    // Where and how long a run trains does not change what a step does.
    private static readonly string[] Free =
    [
        "data.path", "data.threads", "data.cache", "data.cache_bytes", "augment.on", "train.epochs", "train.budget", "train.patience", "train.non_finite", "train.device",
        "train.validate_every", "train.save_every", "train.keep_best", "train.keep_every", "train.runs", "train.name",
    ];

    /// <summary>A configuration, and what it leaves open as another run has it: what is chosen depends on the machine and on the memory that is free.</summary>
    /// <param name="config">With a batch size or a precision to be chosen, or without.</param>
    /// <param name="run">The folder of a run that has chosen.</param>
    public static RunConfig ChosenAs(RunConfig config, string run)
    {
        var train = config.Train;
        if (train is { BatchSize: not null, Precision: not Precision.Auto }) return config;
        var chosen = EffectiveConfig.Load(new() { File = RunFolder.Open(run).Config }).Run.Train;
        return config with
        {
            Train = train with { BatchSize = train.BatchSize ?? chosen.BatchSize, Precision = train.Precision == Precision.Auto ? chosen.Precision : train.Precision },
        };
    }

    /// <param name="stored">The run's config.yaml.</param>
    /// <param name="now">What it would go on with.</param>
    /// <param name="asked">Who says so.</param>
    /// <exception cref="SegTrainException">A key has another value than in the run's config.yaml.</exception>
    public static void CheckConfig(RunConfig stored, RunConfig now, EffectiveConfig asked)
    {
        var changed = ConfigSchema<RunConfig>.Differences(stored, now).Where(static change => !Free.Contains(change.Key)).ToList();
        if (changed.Count > 0)
        {
            throw new SegTrainException(ExitCode.Config, string.Join('\n',
                changed.Select(change => $"{change.Key} is {change.Now}{By(change.Key)}, but the run has {change.Before}")
                    .Append($"A resumed run may change only {string.Join(", ", Free)}. For another run begin anew.")));
        }

        // Values of the run's own file, or that follow from another key, have no origin that the user could mend.
        string By(string key) => asked.OriginOf(key) is { Key: not null } origin ? $" by {origin.Place}" : "";
    }

    /// <summary>That another length of the run moves the learning rate of the step to come; null where it does not.</summary>
    public static string? ScheduleMove(TrainingSetup setup, TrainConfig before, TrainState state)
    {
        var (then, now) = (setup.LearningRateAt(state, new TrainingLength(before, setup.Length.StepsPerEpoch)), setup.LearningRateAt(state));
        return Math.Abs(now - then) <= 0.01 * Math.Max(now, then) ? null : string.Create(CultureInfo.InvariantCulture,
            $"the learning rate goes on from {now:G2}, not {then:G2}: the schedule is drawn out or cut short to the run's new length (schedule.name: constant or plateau have none)");
    }

    /// <summary>Whether there is anything to go on from. A run that was killed before its first checkpoint begins anew.</summary>
    /// <exception cref="SegTrainException">There was: beginning anew would write over what else the run left.</exception>
    public static bool HasCheckpoint(RunFolder folder)
    {
        var last = folder.Checkpoint("last");
        if (Checkpoint.Exists(last)) return true;
        if (!folder.HasEpochs && folder.Checkpoints.All(name => name == CheckpointFolder.Beside("last"))) return false;
        throw new SegTrainException(ExitCode.Data,
            $"{last}: there is no whole checkpoint of this name to resume from, but {folder.Path} has epochs or checkpoints of its run, which beginning anew would "
            + "write over; bring the folder back, or begin a run of its own, from one of the other checkpoints with --set model.weights=PATH.");
    }

    /// <summary>
    /// A hash of the classes, of names and sizes of the samples, and of length and first page of their files: to read all of a large set would take
    /// minutes. Not of decoded pixels, which another backend's decoder may round otherwise.
    /// </summary>
    /// <exception cref="SegTrainException">A file can no longer be read.</exception>
    public static string Fingerprint(Dataset data)
    {
        var text = new StringBuilder();
        foreach (var item in data.Classes.Items) text.Append(item.Name).Append(' ').Append(item.Value).Append(' ').Append(item.Share.ToString("R")).Append('\n');
        foreach (var source in (ISampleSource[])[data.Train, data.Validation])
        {
            text.Append(source.Count).Append('\n');
            for (var i = 0; i < source.Count; i++) text.Append(source.Name(i)).Append(' ').Append(source.Size(i)).Append('\n');
        }
        try
        {
            text.AppendJoin('\n', data.Files.AsParallel().AsOrdered().Select(Content));
        }
        catch (AggregateException gone) when (gone.Flatten().InnerExceptions is [var first, ..] && first is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Data, $"a file of the data can no longer be read: {first.Message}", gone);
        }
        return Hash(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Content(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[Math.Min(Page, file.Length)];
        file.ReadExactly(start);
        return $"{file.Length} {Hash(start)}";
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <exception cref="SegTrainException">The run was begun with other data.</exception>
    public static void CheckData(TrainState state, string fingerprint, string? path)
    {
        if (state.Data.Length > 0 && state.Data != fingerprint)
        {
            throw new SegTrainException(ExitCode.Data,
                $"{path ?? "the synthetic set"}: images or masks are not those that the run was begun with, by name, size or content; bring the data back or begin anew.");
        }
    }
}
