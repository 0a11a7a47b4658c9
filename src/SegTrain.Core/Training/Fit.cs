using System.Diagnostics;
using SegTrain.Core.Files;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using Serilog;

namespace SegTrain.Core.Training;

/// <summary>One run from its configuration to its folder.</summary>
internal static class Fit
{
    /// <param name="request">What to do.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to save and end after the step under way.</param>
    /// <exception cref="SegTrainException">Anything the user can mend.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint is saved and the message says how to go on.</exception>
    public static FitResult Run(FitRequest request, IRunProgress progress, ILogger log, CancellationToken stop) =>
        Faults.Named(() => RunOn(request, progress, log, stop));

    /// <summary>Looks for a learning rate instead of training, and leaves a folder with rates.csv, rates.svg and config.yaml.</summary>
    /// <inheritdoc cref="Run"/>
    public static RateResult FindRate(FitRequest request, ILogger log, CancellationToken stop) => Faults.Named(() =>
    {
        var (setup, _) = Preparation.Of(request, log, stop);
        using var owned = setup;
        var train = setup.Config.Train;
        var folder = RunFolder.Create(train.Runs, train.Name, $"find-lr-{Label(setup.Config.Loss)}", DateTime.Now).Path;
        try
        {
            var curve = RateSearch.Run(setup, stop);
            AtomicFile.WriteText(Path.Combine(folder, "config.yaml"), setup.ConfigText);
            AtomicFile.WriteText(Path.Combine(folder, "rates.csv"), curve.Csv());
            AtomicFile.WriteText(Path.Combine(folder, "rates.svg"), curve.Svg(setup.Config.Loss));
            return new RateResult(folder, curve);
        }
        catch
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            throw;
        }
    }, kept: false);

    private static FitResult RunOn(FitRequest request, IRunProgress progress, ILogger log, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var (setup, data) = Preparation.Of(request, log, stop);
        using var owned = setup;
        var (config, classes) = (setup.Config, setup.Classes);
        var folder = request.Resume is { } resumed
            ? RunFolder.Open(resumed)
            : RunFolder.Create(config.Train.Runs, config.Train.Name, Label(config.Loss), DateTime.Now).WithCheckpoints();
        using var claim = folder.Claim();
        var before = request.Resume is null ? config : EffectiveConfig.Load(new() { File = folder.Config }).Run;
        Resumption.CheckConfig(before, config, request.Config);
        var state = request.Resume is not null && Resumption.HasCheckpoint(folder) ? Checkpoint.Load(folder.Checkpoint("last"), setup, log.Warning) : setup.Beginning;
        var fingerprint = Resumption.Fingerprint(data);
        Resumption.CheckData(state, fingerprint, config.Data.Path);
        state = state with { Data = fingerprint };
        if (data.Splits.Count > 0) AtomicFile.WriteText(folder.Splits, SplitsCsv.Text(data.Splits));
        AtomicFile.WriteText(folder.Config, setup.ConfigText);

        log.Information("run folder {Folder:l}", folder.Path);
        if (setup.Length.End(state) is { } end) log.Information("nothing is left to train: {End:l}", end);
        else if (Resumption.ScheduleMove(setup, before.Train, state) is { } move) log.Warning("{Move:l}", move);

        var recorder = new RunRecorder(folder, classes.Names, progress, log, clock);
        recorder.Started(new RunInfo(folder.Path, config.Loss, setup.Device.ToString(), classes.Names, setup.Length.Epochs, setup.Length.StepsPerEpoch),
            Version, request.CommandLine, state);
        try
        {
            state = new Trainer(setup, recorder, TimeProvider.System).Run(state, stop);
        }
        catch (Exception)
        {
            EndFailed(recorder, log);
            throw;
        }
        if (!setup.Length.IsOver(state))
        {
            recorder.Ended(state, "interrupted");
            throw new OperationCanceledException($"stopped in epoch {state.Epoch + 1}{(setup.Length.Epochs is { } epochs ? $" of {epochs}" : "")}; go on with: segtrain fit --resume {folder.Path}");
        }
        recorder.Ended(state, "done");
        return new FitResult(folder.Path, state.Epoch, state.BestEpoch, state.BestMetrics, classes.Names, clock.Elapsed);
    }

    // What ended the run matters more than that it cannot be written down.
    private static void EndFailed(RunRecorder recorder, ILogger log)
    {
        try
        {
            recorder.Ended(recorder.State, "failed");
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            log.Warning("the end of the run is not in its events: {Reason:l}", unwritten.Message);
        }
    }

    public static string Version => typeof(Fit).Assembly.GetName().Version!.ToString(3);

    /// <summary>A loss as part of a file name.</summary>
    public static string Label(string loss) => string.Concat(loss.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')) is var label
        && label.Length > 40 ? label[..40] : label;
}
