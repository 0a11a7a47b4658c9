using System.Diagnostics;
using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Losses;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Training;

/// <summary>A run whose batches become too large under way. Whoever watches it throws what LibTorch throws, which is in the midst of an epoch.</summary>
[Collection(nameof(Seeded))]
public sealed class OutOfMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Without batch norm, and with a loss that is a mean over pixels, two halves are a whole, whatever else the run does.</summary>
    [Fact]
    public void A_step_in_halves_is_the_same_step()
    {
        string[] keys =
        [
            "model.norm=instance", "model.dropout=0.3", "model.deep_supervision=true", "model.depth=2", "loss=ce", "optimizer.name=sgd", "train.batch_size=5",
            "data.synthetic.train=16", "train.accumulate=2", "train.ema=0.9", "augment.mixup=0.5",
        ];
        var (whole, halved) = (new Watcher(), new Watcher(failAt: [1]));
        Train(whole, [.. keys, "train.name=whole"]);
        Train(halved, [.. keys, "train.name=halved"]);
        Assert.Equal((null, 3), (State("whole").MicroBatch, State("halved").MicroBatch));
        Assert.Equal(3, halved.Epochs.Count);
        Assert.All(whole.Epochs.Zip(halved.Epochs), static pair => Assert.All(
            pair.First.Keys.Where(static name => name.EndsWith("loss", StringComparison.Ordinal)), name => Assert.Equal(1, pair.First[name] / pair.Second[name], 1e-4)));
    }

    /// <summary>Both steps of the third epoch are done again from its beginning, with what was saved there; and so is what a kill leaves.</summary>
    [Fact]
    public void It_goes_on_from_the_checkpoint_and_survives_a_resume()
    {
        string[] keys = ["train.ema=0.9", "augment.preset=strong", "train.name=run"];
        Train(new Watcher(failAt: [5]), keys);
        var first = Bits();
        Train(new Watcher(failAt: [6]), keys);
        var second = Bits();
        Assert.Throws<AbandonedException>(() => Train(new Watcher(failAt: [5], abandonAt: 6), keys));
        Assert.Equal((2, 2), (State("run").MicroBatch, State("run").Epoch));
        Resume();
        Assert.Equal(first, second);
        Assert.Equal(first, Bits());
        Train(new Watcher(), keys);
        Assert.NotEqual(first, Bits());
    }

    [Fact]
    public void It_is_said_each_time_and_one_image_at_a_time_is_the_end()
    {
        var watcher = new Watcher(failAt: [1, 2, 3]);
        var error = Assert.Throws<SegTrainException>(() => Train(watcher, "train.name=run"));
        Assert.Equal(ExitCode.OutOfMemory, error.Code);
        var warnings = File.ReadLines(_folder.File("run/events.jsonl")).Where(static line => line.Contains("\"warning\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, warnings.Count);
        Assert.Contains("out of memory in epoch 1: from now on 2 images at once go through the net, not 4.", warnings[0], StringComparison.Ordinal);
        Assert.Contains("from now on 1 images at once go through the net, not 2.", warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_stopped_while_it_validates_again_remembers_the_halved_size()
    {
        using var stop = new CancellationTokenSource();
        var config = LoadSet([.. Keys(["loss=ce"])]).Run;
        var state = Validated(config with { Model = config.Model.WithPreset() }, failures: 1, stop);
        Assert.Equal((2, 2, 0), (state.ValidationMicroBatch, state.Step, state.Epoch));
        Assert.Equal(2, State("failing-1").ValidationMicroBatch);
    }

    [Fact]
    public void Validation_halves_its_own_batches()
    {
        var config = LoadSet([.. Keys(["train.epochs=2", "data.synthetic.validation=5", "loss=ce"])]).Run;
        config = config with { Model = config.Model.WithPreset() };
        var (whole, halved) = (Validated(config, failures: 0), Validated(config, failures: 2));
        Assert.Equal((null, 1), (whole.ValidationMicroBatch, halved.ValidationMicroBatch));
        Assert.Equal((null, null), (whole.MicroBatch, halved.MicroBatch));
        Assert.Equal(2, halved.Epoch);
        Assert.Equal(whole.Metrics.Keys, halved.Metrics.Keys);
        Assert.All(whole.Metrics, metric => Assert.Equal(metric.Value, halved.Metrics[metric.Key], 1e-5));
    }

    [Theory]
    [InlineData("[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.", true)]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 1 bytes.", true)]
    [InlineData("CUDA out of memory. Tried to allocate 20.00 MiB", true)]
    [InlineData("std::bad_alloc", true)]
    [InlineData("The size of tensor a (2) must match the size of tensor b (3)", false)]
    public void What_LibTorch_says(string message, bool exhausted) => Assert.Equal(exhausted, OutOfMemory.Is(new NativeFailure(message)));

    private void Train(Watcher watcher, params string[] keys)
    {
        var config = LoadSet([.. Keys(keys)]);
        var run = Path.Combine(_folder.Path, config.Run.Train.Name!);
        if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
        Fit.Run(new FitRequest(config, null, [], ""), watcher, Logger.None, CancellationToken.None);
    }

    private void Resume()
    {
        var run = _folder.File("run");
        Fit.Run(new FitRequest(EffectiveConfig.Load(new() { File = RunFolder.Open(run).Config }), run, [], ""), new Watcher(), Logger.None, CancellationToken.None);
    }

    private TrainState State(string run)
    {
        using var stream = File.OpenRead(_folder.File($"{run}/checkpoints/last/state.json"));
        return System.Text.Json.JsonSerializer.Deserialize(stream, TrainStateJson.Default.TrainState)!;
    }

    private string Bits() => string.Join('\n', new[] { "checkpoints/last/model.safetensors", "checkpoints/last/optimizer.safetensors", "metrics.csv" }
        .Select(name => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder.File($"run/{name}"))))));

    // The trainer over a validation set whose first image fails to load a few times.
    private TrainState Validated(RunConfig config, int failures, CancellationTokenSource? stop = null)
    {
        var data = Dataset.Open(config.Loading);
        var net = new SegmentationNet(config.Model, data.Mean, data.Std, data.Classes.Count, CPU, config.Train.Seed);
        var loss = LossExpression.Parse(config.Loss).Build(new LossTask(SegmentationMode.Multiclass, data.Classes.Count, ClassList.Ignore));
        var training = data.TrainingLoader(config.Loading);
        var validation = new BatchLoader(new Failing(data.Validation, failures, stop), new ValidationPlan(data.Validation, config.Loading.Batch), data.Channels, threads: 1);
        using var setup = new TrainingSetup
        {
            Config = config,
            ConfigText = "",
            Device = CPU,
            Classes = data.Classes,
            Net = net,
            Loss = loss,
            Optimizer = new Optimizer(config.Optimizer, net.Parameters.Values, net.Parameters.Gradients, net.Parameters.Decaying),
            Schedule = Schedule.Named(config.Schedule.Name),
            PeakLearningRate = 0.01,
            TrainingLoader = training,
            Average = new WeightAverage(net.Parameters, 0.9),
            Length = new TrainingLength(config.Train, training.Images(0).Count),
            Validator = new Validator(net, loss, validation, data.Classes, null, CPU),
        };
        var folder = RunFolder.Create(_folder.Path, $"failing-{failures}", "", DateTime.Now).WithCheckpoints();
        var recorder = new RunRecorder(folder, data.Classes.Names, new Watcher(), Logger.None, Stopwatch.StartNew());
        recorder.Started(new RunInfo(folder.Path, "ce", "cpu", data.Classes.Names, config.Train.Epochs, setup.Length.StepsPerEpoch), "1", "", new TrainState());
        return new Trainer(setup, recorder, TimeProvider.System).Run(new TrainState(), stop?.Token ?? CancellationToken.None);
    }

    private IEnumerable<string> Keys(string[] keys) => new[]
    {
        "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=8",
        "train.epochs=3", "train.batch_size=4", "train.device=cpu", $"train.runs={_folder.Path}",
    }.Concat(keys).GroupBy(static key => key.Split('=')[0]).Select(static group => group.Last());

    private sealed class AbandonedException : Exception;

    private sealed class Failing(ISampleSource source, int failures, CancellationTokenSource? stop) : ISampleSource
    {
        private int _left = failures;

        public int Count => source.Count;

        public string Name(int index) => source.Name(index);

        public (int Width, int Height) Size(int index) => source.Size(index);

        public Sample Load(int index)
        {
            if (index != 0 || Interlocked.Decrement(ref _left) < 0) return source.Load(index);
            stop?.Cancel();
            throw new NativeFailure("CUDA out of memory.");
        }
    }

    /// <summary>Fails after the steps of these numbers, counted over all that the process does.</summary>
    private sealed class Watcher(int[]? failAt = null, int abandonAt = 0) : IRunProgress
    {
        private int _steps;

        public List<IReadOnlyDictionary<string, double>> Epochs { get; } = [];

        public void Started(RunInfo run)
        {
        }

        public void Step(in StepInfo step)
        {
            _steps++;
            if (_steps == abandonAt) throw new AbandonedException();
            if (failAt?.Contains(_steps) is true) throw new NativeFailure("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.");
        }

        public void Epoch(EpochInfo epoch) => Epochs.Add(epoch.Metrics);
    }
}
