using System.Diagnostics;
using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Files;
using SegTrain.Core.Metrics;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Core.Recipe;
using SegTrain.Core.Text;
using SegTrain.Core.Tracking;
using SegTrain.Losses;
using Serilog;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>From a configuration to everything that a run works with.</summary>
internal static class Preparation
{
    /// <summary>Everything that a run needs short of its folder, and what the log says of it.</summary>
    /// <exception cref="SegTrainException">Configuration or data are refused.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop while it looked through the data.</exception>
    public static (TrainingSetup Setup, Dataset Data) Of(FitRequest request, ILogger log, CancellationToken stop)
    {
        var isBegun = false;
        if (request.Resume is { } run)
        {
            isBegun = Resumption.HasCheckpoint(RunFolder.Open(run));
            request = request with { Config = request.Config.With(Resumption.ChosenAs(request.Config.Run, run)) };
        }
        var config = request.Config.Run;
        var expression = OfLoss(request.Config, () => LossExpression.Parse(config.Loss));
        config = WithClassesFor(expression, request.Config, log) with { Model = config.Model.WithPreset() };
        config = WithLength(request.Config, config);
        var architecture = ArchitectureCatalog.Named(config.Model.Architecture);
        var (optimizerRow, schedule) = (OptimizerCatalog.Named(config.Optimizer.Name), Schedule.Named(config.Schedule.Name));

        var (data, engine) = Load(config, log);
        if (stop.IsCancellationRequested) throw new OperationCanceledException("stopped before the first step; nothing was changed");
        var names = EpochMeter.Names(data.Classes.Names);
        Assertion.CheckNames(request.Assertions, names);
        CheckBest(config.Train.Best, [.. names.Where(static name => name.StartsWith("val.", StringComparison.Ordinal))]);
        set_num_threads(engine.Threads);
        var device = ComputeDevice.Choose(config.Train.Device);
        var (precision, reason) = PrecisionChoice.Choose(config.Train.Precision, device, static () => PrecisionTrial.Quicker(UserCache.Folder));
        config = config with { Train = config.Train with { Precision = precision }, Augment = config.Augment.Placed(device.type) };
        TorchEngine.AllowTf32(precision == Precision.Tf32);

        var classes = data.Classes;
        var task = new LossTask(classes.Mode, classes.Count, ClassList.Ignore)
        {
            PixelCounts = expression.NeedsPixelCounts ? data.CountPixels() : null,
        };
        var loss = OfLoss(request.Config, () => expression.Build(task));
        SegmentationNet MakeNet() =>
            new(config.Model, data.Mean, data.Std, task.Channels, device, config.Train.Seed) { Activations = PrecisionChoice.Type(precision) };
        config = WithBatchSize(config, data, MakeNet, loss, device, log);
        var configText = ConfigWriter.Write(config);
        var net = MakeNet();
        if (!isBegun) FirstWeights.Load(config.Model, net.Parameters, log);
        var training = data.TrainingLoader(config.Loading, loss.Distances);
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
            LossScale = net.Activations == float16 ? LossScale.First : null,
            Validator = new Validator(net, loss, data.ValidationLoader(config.Loading, loss.Distances), classes, config.Data.Resizing, device),
        };

        var shape = config.Model.Shape;
        foreach (var line in data.Summary) log.Information("{Line:l}", line);
        log.Information("net: {Architecture:l} depth {Depth}, width {Width}, norm {Norm:l}, block {Block:l}, up {Up:l}; {Parameters} parameters, {Trained} trained, output stride {Stride}",
            architecture.Title, shape.Depth, shape.Width, Lower(shape.Norm), Lower(shape.Block), Lower(config.Model.Up),
            net.Parameters.Count, net.Parameters.Trained.Sum(static parameter => parameter.Length), net.OutputStride);
        log.Information("loss {Loss:l}; {Optimizer:l}, learning rate {Rate}, {Schedule:l}; seed {Seed}",
            config.Loss, config.Optimizer.Name, setup.PeakLearningRate, schedule.Name, config.Train.Seed);
        log.Information("precision {Precision:l}: {Reason:l}", Lower(precision), reason);
        var clock = Stopwatch.StartNew();
        if (net.Examine() is { } finding) log.Information("{Finding:l}", finding);
        log.Debug("convolutions were compared with plain sums in {Elapsed:0.0} ms", clock.Elapsed.TotalMilliseconds);
        log.Information("device {Device:l}: LibTorch {Version:l} ({Backend:l}), {Threads} threads",
            device, engine.Version, engine.Backend, engine.Threads);
        return (setup, data);
    }

    /// <summary>LibTorch takes a third of a second to load; the data are looked through meanwhile.</summary>
    private static (Dataset Data, EngineSetup Engine) Load(RunConfig config, ILogger log)
    {
        // Before two threads load libraries, which read the environment.
        NativeEnvironment.Prepare();
        var loading = Task.Run(() => TorchEngine.Start(log));
        try
        {
            return (Dataset.Open(config.Loading, new ScanProgress(log)), loading.GetAwaiter().GetResult());
        }
        finally
        {
            // A process that ends while its libraries are still being loaded may crash.
            Task.WaitAny(loading);
        }
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
            ? config with { Train = config.Train with { Epochs = TrainConfig.MostEpochs } }
            : config;

    private static RunConfig WithBatchSize(RunConfig config, Dataset data, Func<SegmentationNet> makeNet, Loss loss, Device device, ILogger log)
    {
        if (config.Train.BatchSize is not null) return config;
        using var net = makeNet();
        var (chosen, reason) = BatchSizeChoice.Choose(config, data, net, loss, device, MachineMemory.Now());
        log.Information("batch size {Size}: {Reason:l}", chosen, reason);
        return config with { Train = config.Train with { BatchSize = chosen } };
    }

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

    private static void CheckBest(string best, IReadOnlyList<string> names)
    {
        if (!names.Contains(best))
        {
            throw new SegTrainException(ExitCode.Config, $"train.best: this run's validation has no metric '{best}'{Suggest.Hint(best.Replace("train.", "val.", StringComparison.Ordinal), names)}");
        }
    }

    private static string Lower(Enum value) => value.ToString().ToLowerInvariant();
}
