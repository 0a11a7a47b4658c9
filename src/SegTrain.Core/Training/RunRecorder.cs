using System.Diagnostics;
using System.Globalization;
using SegTrain.Core.Tracking;
using Serilog;
using TorchSharp;

namespace SegTrain.Core.Training;

/// <summary>Writes down what happens in a run: metrics.csv and timings.csv, events.jsonl, and whoever watches.</summary>
/// <param name="folder">Of the run; the files are written into it.</param>
/// <param name="classes">Their names.</param>
/// <param name="progress">Who watches.</param>
/// <param name="log">Lines for people.</param>
/// <param name="clock">Runs since the start.</param>
internal sealed class RunRecorder(RunFolder folder, IReadOnlyList<string> classes, IRunProgress progress, ILogger log, Stopwatch clock)
{
    private readonly MetricsCsv _metrics = new(folder.Metrics, ["learning_rate", .. EpochMeter.Names(classes)]);
    // What differs from run to run.
    private readonly MetricsCsv _timings = new(folder.Timings, ["seconds", "data_wait", "live_tensors", "resident_mb"]);
    private readonly EventLog _events = new(folder.Events, TimeProvider.System);
    private bool _stepped;

    public RunFolder Folder => folder;

    /// <summary>Where the run stood when it was last written down.</summary>
    public TrainState State { get; private set; } = new();

    public void Started(RunInfo run, string version, string commandLine, TrainState state)
    {
        State = state;
        _metrics.Open(state.Epoch);
        _timings.Open(state.Epoch);
        _events.Write("start", json =>
        {
            json.WriteString("version", version);
            json.WriteString("command_line", commandLine);
            json.WriteString("loss", run.Loss);
            json.WriteString("device", run.Device);
            json.WriteStartArray("classes");
            foreach (var name in run.Classes) json.WriteStringValue(name);
            json.WriteEndArray();
            if (run.Epochs is { } epochs) json.WriteNumber("epochs", epochs);
            else json.WriteNull("epochs");
            json.WriteNumber("steps_per_epoch", run.Steps);
            json.WriteNumber("finished_epochs", state.Epoch);
        });
        progress.Started(run);
    }

    public void Step(in StepInfo step)
    {
        if (!_stepped)
        {
            _stepped = true;
            log.Information("first step {Seconds:F1} s after the start, loss {Loss:F4}", clock.Elapsed.TotalSeconds, step.Loss);
        }
        progress.Step(step);
    }

    public void Epoch(TrainState state, int? epochs, TimeSpan elapsed, double dataWait, double learningRate, bool isBest)
    {
        State = state;
        var live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var resident = Environment.WorkingSet;
        _metrics.Append(state.Epoch, new Dictionary<string, double>(state.Metrics) { ["learning_rate"] = learningRate });
        _timings.Append(state.Epoch, new Dictionary<string, double>
        {
            ["seconds"] = elapsed.TotalSeconds,
            ["data_wait"] = dataWait,
            ["live_tensors"] = live,
            ["resident_mb"] = resident >> 20,
        });
        _events.Write("epoch", json =>
        {
            json.WriteNumber("epoch", state.Epoch);
            json.WriteNumber("step", state.Step);
            json.WriteNumber("seconds", elapsed.TotalSeconds);
            json.WriteNumber("learning_rate", learningRate);
            json.WriteNumber("data_wait", dataWait);
            json.WriteNumber("live_tensors", live);
            json.WriteNumber("resident_bytes", resident);
            json.WriteBoolean("best", isBest);
            EventLog.WriteMetrics(json, state.Metrics);
        });
        // Whoever watches prints epochs in a form of its own; the log file gets them here.
        log.Debug("epoch {Epoch}: {Metrics:l}", state.Epoch, string.Join(", ",
            state.Metrics.Where(static metric => !metric.Key.EndsWith(']')).Select(static metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Key} {metric.Value:0.0000}"))));
        progress.Epoch(new EpochInfo(state.Epoch, epochs, state.Metrics, elapsed, dataWait, isBest));
    }

    /// <summary>Something went wrong that the run goes on from.</summary>
    public void Warn(string what)
    {
        log.Warning("{What:l}", what);
        _events.Write("warning", json => json.WriteString("what", what));
    }

    /// <param name="state">Where the run ended.</param>
    /// <param name="reason">done, interrupted or failed.</param>
    public void Ended(TrainState state, string reason)
    {
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64;
        log.Information("peak memory {Peak} MiB", peak >> 20);
        _events.Write("end", json =>
        {
            json.WriteString("reason", reason);
            json.WriteNumber("epoch", state.Epoch);
            json.WriteNumber("step", state.Step);
            if (state.Best is { } best && double.IsFinite(best)) json.WriteNumber("best", best);
            json.WriteNumber("best_epoch", state.BestEpoch);
            json.WriteNumber("peak_bytes", peak);
            EventLog.WriteMetrics(json, state.Metrics);
        });
    }
}
