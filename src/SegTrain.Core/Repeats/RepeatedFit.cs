using SegTrain.Core.Files;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using Serilog;

namespace SegTrain.Core.Repeats;

/// <param name="Folder">Of the group.</param>
/// <param name="Runs">Names and results of the runs, in their order.</param>
/// <param name="Metrics">All metrics over the runs.</param>
internal sealed record RepeatedResult(string Folder, IReadOnlyList<(string Name, FitResult Result)> Runs, IReadOnlyList<MetricSummary> Metrics);

/// <summary>One configuration trained for several seeds or folds, a run after the other.</summary>
internal static class RepeatedFit
{
    /// <param name="fit">Trains one run.</param>
    /// <param name="request">The configuration of all; to resume, the folder of the group.</param>
    /// <param name="repetition">What changes from run to run.</param>
    /// <param name="progress">Who watches each of the runs.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to save and end.</param>
    /// <exception cref="SegTrainException">A run failed; those before it are kept, and the group can be resumed.</exception>
    /// <exception cref="OperationCanceledException">The message says how to go on.</exception>
    public static RepeatedResult Run(RunFit fit, FitRequest request, Repetition repetition, IRunProgress progress, ILogger log, CancellationToken stop) =>
        Faults.Named(() => RunAll(fit, request, repetition, progress, log, stop));

    private static RepeatedResult RunAll(RunFit fit, FitRequest request, Repetition repetition, IRunProgress progress, ILogger log, CancellationToken stop)
    {
        var runs = repetition.Runs(request.Config.Run);
        var group = RepeatFolder.Of(request, repetition);
        using var claim = RunFolder.Open(group.Path).Claim();
        var results = new List<(string Name, FitResult Result)>();
        foreach (var (name, config) in runs)
        {
            log.Information("run {Number} of {Count}: {Name:l}", results.Count + 1, repetition.Count, name);
            // A finished run that is resumed ends at once with its result. One that begins has the batch size and the precision that the first one chose.
            var begun = group.Begun(name);
            var chosen = begun is null && results.Count > 0 ? Resumption.ChosenAs(config, Path.Combine(group.Path, results[0].Name)) : config;
            var one = request with { Config = request.Config.With(chosen with { Train = chosen.Train with { Runs = group.Path, Name = name } }), Resume = begun };
            try
            {
                results.Add((name, fit(one, progress, log, stop)));
                group.Note($"{name} is done");
                if (results.Count == 1)
                    group.Keep(request, repetition);
            }
            catch (OperationCanceledException stopped) when (stop.IsCancellationRequested)
            {
                group.Note($"stopped in {name}");
                throw new OperationCanceledException($"stopped in {name}, {results.Count} of {repetition.Count} runs are done; go on with: segtrain fit --resume {group.Path}", stopped);
            }
            catch (SegTrainException failed)
            {
                group.Note($"{name} failed: {failed.Message}");
                claim.Dispose();
                if (request.Resume is null)
                    group.RemoveIfEmpty();
                throw new SegTrainException(failed.Code, $"{name}: {failed.Message}", failed);
            }
        }

        var metrics = MetricSummary.Of([.. results.Select(static run => run.Result.Metrics)]);
        AtomicFile.WriteText(group.Summary, MetricSummary.Csv(metrics));
        return new(group.Path, results, metrics);
    }
}
