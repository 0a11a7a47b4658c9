using System.Text.Json;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>What ends a run, and what is said of it.</summary>
public sealed class EndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _lines = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("all its epochs (2) are done; raise train.epochs", "train.epochs=2")]
    [InlineData("its budget of 3steps is spent; raise train.budget", "train.budget=3steps")]
    [InlineData("val.dice has not improved in 2 validations; raise train.patience", "train.epochs=50", "train.patience=2", "optimizer.learning_rate=1e-9")]
    public void A_resumed_run_with_nothing_to_do_says_why(string expected, params string[] keys)
    {
        Run(new Watcher(), keys, CancellationToken.None);
        Assert.DoesNotContain(_lines, static line => line.StartsWith("nothing is left", StringComparison.Ordinal));
        var config = EffectiveConfig.Load(new() { File = RunFolder.Open(_folder.File("run")).Config });
        Fit.Run(new(config, _folder.File("run"), [], ""), new Watcher(), Log(), CancellationToken.None);
        Assert.Contains($"nothing is left to train: {expected}", _lines);
    }

    /// <summary>Two steps an epoch: after one epoch of one a cosine is at 0; of two, halfway down from 0.01.</summary>
    [Theory]
    [InlineData("cosine", "the learning rate goes on from 0.005, not 0:")]
    [InlineData("constant", null)]
    public void A_schedule_that_another_length_moves_is_no_surprise(string schedule, string? expected)
    {
        Run(new Watcher(), ["train.epochs=1", $"schedule.name={schedule}", "schedule.warmup=0", "optimizer.learning_rate=0.01"], CancellationToken.None);
        var config = EffectiveConfig.Load(new() { File = RunFolder.Open(_folder.File("run")).Config, Options = [new("--epochs", "train.epochs", "2")] });
        Fit.Run(new(config, _folder.File("run"), [], ""), new Watcher(), Log(), CancellationToken.None);
        Assert.Equal(expected is null ? 0 : 1, _lines.Count(line => line.StartsWith(expected ?? "the learning rate goes on", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "stopped in epoch 1; go on with", "train.budget=3steps")]
    [InlineData(20, "stopped in epoch 1 of 20; go on with", "train.budget=3steps", "train.epochs=20")]
    public void A_budget_alone_has_no_number_of_epochs(int? expected, string message, params string[] keys)
    {
        using var stop = new CancellationTokenSource();
        var seen = new List<int?>();
        var stopped = Assert.Throws<OperationCanceledException>(() => Run(new Watcher(step: step => { seen.Add(step.Epochs); stop.Cancel(); }), keys, stop.Token));
        Assert.StartsWith(message, stopped.Message, StringComparison.Ordinal);
        var config = EffectiveConfig.Load(new() { File = RunFolder.Open(_folder.File("run")).Config });
        Fit.Run(new(config, _folder.File("run"), [], ""), new Watcher(step => seen.Add(step.Epochs), epoch => seen.Add(epoch.Epochs)), Log(), CancellationToken.None);
        Assert.Equal(5, seen.Count);
        Assert.All(seen, epochs => Assert.Equal(expected, epochs));
        var starts = File.ReadLines(_folder.File("run/events.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).Where(static line => line.GetProperty("event").GetString() == "start");
        Assert.All(starts, start => Assert.Equal(expected?.ToString() ?? "null", start.GetProperty("epochs").GetRawText()));
    }

    private void Run(Watcher watcher, string[] keys, CancellationToken stop) => Fit.Run(
        new(
            LoadSet(
            [
                "data.synthetic.train=8", "data.synthetic.validation=2", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=4",
                "train.batch_size=4", "train.device=cpu", "train.name=run", $"train.runs={_folder.Path}", .. keys,
            ]),
            null, [], ""),
        watcher, Log(), stop);

    private Logger Log() => LogListener.Of(line => _lines.Add(line.RenderMessage()));
}
