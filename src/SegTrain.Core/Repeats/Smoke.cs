using SegTrain.Core.Config;
using SegTrain.Core.Metrics;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using Serilog;

namespace SegTrain.Core.Repeats;

/// <summary>The fixed run of <c>segtrain smoke</c>: a machine on which it attains its Dice can train.</summary>
internal static class Smoke
{
    /// <summary>Demanded whatever else is: seeds 1 to 3 attain 0.96 and more.</summary>
    public static Assertion Demand { get; } = Assertion.Parse("val.dice>=0.9");

    private static readonly (string Key, string Value)[] Recipe =
    [
        ("loss", "bce-dice"), ("model.preset", "tiny"), ("optimizer.name", "adamw"), ("optimizer.learning_rate", "0.004"), ("train.epochs", "12"), ("train.batch_size", "8"),
        ("train.seed", "1"), ("train.name", "smoke"),
    ];

    /// <param name="fit">Trains.</param>
    /// <param name="keep">Leaves the run folder, which is in the folder for temporary files.</param>
    /// <param name="assertions">Whose metric names are checked before.</param>
    /// <param name="commandLine">For the run folder.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to end.</param>
    /// <exception cref="SegTrainException">What a run would say.</exception>
    public static FitResult Run(
        RunFit fit, bool keep, IReadOnlyList<Assertion> assertions, string commandLine, IRunProgress progress, ILogger log, CancellationToken stop) => Faults.Named(() =>
    {
        var runs = Directory.CreateTempSubdirectory("segtrain-").FullName;
        try
        {
            var result = fit(new(In(runs), null, assertions, commandLine), progress, log, stop);
            return keep ? result : result with { Folder = null };
        }
        catch (OperationCanceledException stopped) when (!keep)
        {
            throw new OperationCanceledException("stopped; nothing is kept without --keep", stopped);
        }
        finally
        {
            if (!keep)
                Directory.Delete(runs, recursive: true);
        }
    }, keep);

    private static EffectiveConfig In(string runs) =>
        EffectiveConfig.Load(new() { Options = [.. Recipe.Append(("train.runs", runs)).Select(static pair => new ConfigOption("smoke", pair.Item1, pair.Item2))] });
}
