using System.Diagnostics;
using System.Runtime.InteropServices;
using Serilog;
using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Core.Text;
using SegTrain.Core.Tracking;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>One run from its configuration to its folder.</summary>
internal static class Fit
{
    // What train.epochs may be at most.
    private const int MostEpochs = 1_000_000;

    /// <param name="request">What to do.</param>
    /// <param name="progress">Who watches.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to save and end after the step under way.</param>
    /// <exception cref="SegTrainException">Anything the user can mend.</exception>
    /// <exception cref="OperationCanceledException">The run was stopped; its checkpoint is saved and the message says how to go on.</exception>
    public static FitResult Run(FitRequest request, IRunProgress progress, ILogger log, CancellationToken stop) =>
        Mendable(() => RunOn(request, progress, log, stop));

    /// <summary>Looks for a learning rate instead of training, and leaves a folder with rates.csv, rates.svg and config.yaml.</summary>
    /// <inheritdoc cref="Run"/>
    public static RateResult FindRate(FitRequest request, ILogger log, CancellationToken stop) => Mendable(() =>
    {
        var (setup, _) = Prepare(request, log);
        using var owned = setup;
        var curve = RateSearch.Run(setup, stop);
        var train = setup.Config.Train;
        var folder = RunFolder.Create(train.Runs, train.Name, $"find-lr-{Label(setup.Config.Loss)}", DateTime.Now).Path;
        Files.AtomicFile.WriteText(Path.Combine(folder, "config.yaml"), setup.ConfigText);
        Files.AtomicFile.WriteText(Path.Combine(folder, "rates.csv"), curve.Csv());
        Files.AtomicFile.WriteText(Path.Combine(folder, "rates.svg"), curve.Svg(setup.Config.Loss));
        return new RateResult(folder, curve);
    });

    private static T Mendable<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ExternalException native) when (IsOutOfMemory(native.Message))
        {
            throw OutOfMemory(native);
        }
        catch (OutOfMemoryException exhausted)
        {
            throw OutOfMemory(exhausted);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config,
                $"the run folder can no longer be written: {denied.Message} Checkpoints that were saved are kept: make room, then go on with --resume.", denied);
        }
    }

    private static FitResult RunOn(FitRequest request, IRunProgress progress, ILogger log, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var (setup, data) = Prepare(request, log);
        using var owned = setup;
        var (config, classes) = (setup.Config, setup.Classes);
        var folder = request.Resume is { } resumed
            ? RunFolder.Open(resumed)
            : RunFolder.Create(config.Train.Runs, config.Train.Name, Label(config.Loss), DateTime.Now).WithCheckpoints();
        using var claim = folder.Claim();
        if (request.Resume is not null) Resumption.CheckConfig(ConfigLoader.Load(new() { File = folder.Config }).Run, config);
        var state = request.Resume is null ? new TrainState() : Checkpoint.Load(folder.Checkpoint("last"), setup, log.Warning);
        var fingerprint = Resumption.Fingerprint(data);
        Resumption.CheckData(state, fingerprint, config.Data.Path);
        state = state with { Data = fingerprint };
        if (data.Splits.Count > 0) Files.AtomicFile.WriteText(folder.Splits, SplitsCsv.Text(data.Splits));
        Files.AtomicFile.WriteText(folder.Config, setup.ConfigText);

        log.Information("run folder {Folder:l}", folder.Path);

        var events = new EventLog(folder.Events, TimeProvider.System);
        var recorder = new RunRecorder(folder, new MetricsCsv(folder.Metrics, ["learning_rate", .. MetricNames(classes.Names)]), new MetricsCsv(folder.Timings, RunRecorder.Measurements), events, progress, log);
        recorder.Started(new RunInfo(folder.Path, config.Loss, setup.Device.ToString(), classes.Names, config.Train.Epochs, setup.Length.StepsPerEpoch),
            Version, request.CommandLine, state.Epoch);
        try
        {
            state = new Trainer(setup, recorder).Run(state, stop);
        }
        catch (Exception)
        {
            recorder.Ended(state, "failed");
            throw;
        }
        if (!setup.Length.IsOver(state))
        {
            recorder.Ended(state, "interrupted");
            throw new OperationCanceledException($"stopped in epoch {state.Epoch + 1} of {config.Train.Epochs}; go on with: segtrain fit --resume {folder.Path}");
        }
        recorder.Ended(state, "done");
        return new FitResult(folder.Path, state.Epoch, state.BestEpoch, state.BestMetrics, classes.Names, clock.Elapsed);
    }

    /// <summary>Everything that a run needs short of its folder, and what the log says of it.</summary>
    private static (TrainingSetup Setup, Dataset Data) Prepare(FitRequest request, ILogger log)
    {
        var config = request.Config.Run;
        var expression = OfLoss(request.Config, () => LossExpression.Parse(config.Loss));
        config = WithClassesFor(expression, request.Config, log) with { Model = config.Model.WithPreset() };
        config = WithLength(request.Config, config);
        var architecture = ArchitectureCatalog.Named(config.Model.Architecture);
        var (optimizerRow, schedule) = (OptimizerCatalog.Named(config.Optimizer.Name), Schedule.Named(config.Schedule.Name));

        // LibTorch takes a third of a second to load; the data are looked through meanwhile.
        var loading = Task.Run(() => TorchEngine.Start(log));
        var data = Dataset.Open(config, new LoggedProgress(log));
        var names = MetricNames(data.Classes.Names);
        Assertion.CheckNames(request.Assertions, names);
        CheckBest(config.Train.Best, names);
        var engine = loading.GetAwaiter().GetResult();
        set_num_threads(engine.Threads);
        var device = ComputeDevice.Choose(config.Train.Device);
        var (precision, reason) = PrecisionChoice.Choose(config.Train.Precision, device);
        config = config with { Train = config.Train with { Precision = precision } };

        var classes = data.Classes;
        var task = new LossTask(classes.Mode, classes.Count, ClassList.Ignore)
        {
            PixelCounts = expression.NeedsPixelCounts ? data.CountPixels() : null,
        };
        var loss = OfLoss(request.Config, () => expression.Build(task));
        var configText = ConfigWriter.Write(config);
        var net = new SegmentationNet(config.Model, data.Mean, data.Std, task.Channels, device, config.Train.Seed) { Activations = PrecisionChoice.Type(precision) };
        if (request.Resume is null && config.Model.Weights is { } weights) FirstWeights.Load(weights, net.Parameters, log);
        var training = data.TrainingLoader(config, loss.Distances);
        var setup = new TrainingSetup
        {
            Config = config,
            ConfigText = configText,
            Device = device,
            Classes = classes,
            Net = net,
            Loss = loss,
            Optimizer = new Optimizer(config.Optimizer, net.Parameters.Values, net.Parameters.Gradients, net.Parameters.Decaying),
            Schedule = schedule,
            PeakLearningRate = config.Optimizer.LearningRate ?? loss.DefaultLearningRate * optimizerRow.Rate,
            TrainingLoader = training,
            Average = config.Train.Ema > 0 ? new WeightAverage(net.Parameters, config.Train.Ema) : null,
            Length = new TrainingLength(config.Train, StepPart.Of(training.Images(0), config.Train.Accumulate).Count(static part => part.EndsStep)),
            Validator = new Validator(net, loss, data.ValidationLoader(config, loss.Distances), classes, config.Data.Resizing, device),
        };

        var shape = config.Model.Shape;
        foreach (var line in data.Summary) log.Information("{Line:l}", line);
        log.Information("net: {Architecture:l} depth {Depth}, width {Width}, norm {Norm:l}, block {Block:l}, up {Up:l}; {Parameters} parameters, {Trained} trained, output stride {Stride}",
            architecture.Title, shape.Depth, shape.Width, Lower(shape.Norm), Lower(shape.Block), Lower(config.Model.Up),
            net.Parameters.Count, net.Parameters.Trained.Sum(static parameter => parameter.Length), net.OutputStride);
        log.Information("loss {Loss:l}; {Optimizer:l}, learning rate {Rate}, {Schedule:l}; seed {Seed}",
            config.Loss, config.Optimizer.Name, setup.PeakLearningRate, schedule.Name, config.Train.Seed);
        log.Information("precision {Precision:l}: {Reason:l}", Lower(precision), reason);
        log.Information("device {Device:l}: LibTorch {Version:l} ({Backend:l}), {Threads} threads",
            device, engine.Version, engine.Backend, engine.Threads);
        return (setup, data);
    }

    /// <summary>The built-in set has two classes where the loss takes no more and nobody asked for more.</summary>
    private static RunConfig WithClassesFor(LossExpression loss, EffectiveConfig config, ILogger log)
    {
        var run = config.Run;
        if (run.Data.Path is not null || config.OriginOf("data.synthetic.classes") != Origin.Default || loss.Takes(SegmentationMode.Multiclass)) return run;
        log.Information("the synthetic set has two classes here, because {Loss:l} takes no more", run.Loss);
        return run with { Data = run.Data with { Synthetic = run.Data.Synthetic with { Classes = 2 } } };
    }

    /// <summary>A budget decides alone where nobody asked for epochs.</summary>
    private static RunConfig WithLength(EffectiveConfig asked, RunConfig config) =>
        config.Train.Budget is { Length: > 0 } && asked.OriginOf("train.epochs") == Origin.Default
            ? config with { Train = config.Train with { Epochs = MostEpochs } }
            : config;

    public static string Version => typeof(Fit).Assembly.GetName().Version!.ToString(3);

    // The library of losses knows nothing of configurations; here its advice gets its place.
    private static T OfLoss<T>(EffectiveConfig config, Func<T> made)
    {
        try
        {
            return made();
        }
        catch (LossException refused)
        {
            var origin = config.OriginOf("loss");
            throw new SegTrainException(ExitCode.Config, $"{origin.Place}: {(origin.Key is null ? "loss: " : "")}{refused.Message}", refused);
        }
    }

    private static IReadOnlyList<string> MetricNames(IReadOnlyList<string> classes) =>
        [.. EpochMeter.Names("train", classes), .. EpochMeter.Names("val", classes)];

    private static void CheckBest(string best, IReadOnlyList<string> names)
    {
        if (!names.Contains(best))
        {
            throw new SegTrainException(ExitCode.Config, $"train.best: this run has no metric '{best}'{Suggest.Hint(best, names)}");
        }
    }

    /// <summary>A loss as part of a file name.</summary>
    public static string Label(string loss) => string.Concat(loss.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_')) is var label
        && label.Length > 40 ? label[..40] : label;

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    private static bool IsOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) || message.Contains("can't allocate memory", StringComparison.OrdinalIgnoreCase);

    private static SegTrainException OutOfMemory(Exception cause) => new(ExitCode.OutOfMemory,
        "out of memory; lower train.batch_size, augment.crop or data.resize, or model.width. What was saved is kept.", cause);

    /// <summary>A line every few seconds of a long look through the masks.</summary>
    private sealed class LoggedProgress(ILogger log) : IProgress<(int Done, int Total)>
    {
        private const int Every = 5000;

        private readonly Lock _lock = new();
        private long _next = Environment.TickCount64 + Every;

        public void Report((int Done, int Total) value)
        {
            lock (_lock)
            {
                if (Environment.TickCount64 < _next) return;
                _next = Environment.TickCount64 + Every;
            }
            log.Information("masks looked through: {Done} of {Total}", value.Done, value.Total);
        }
    }
}
