using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>Whole runs of seconds.</summary>
public sealed class FitTests
{
    [Fact]
    public void Weights_that_change_are_those_of_the_epoch()
    {
        // Dice is at most 1: a loss above 50 is the one of the second weight.
        var epochs = Epochs("step(1, 0, epochs=2)*dice + step(0, 1000, epochs=2)*dice");
        Assert.Equal([true, true, false], epochs.Select(static epoch => epoch["train.loss"] < 1));
        Assert.Equal([true, true, false], epochs.Select(static epoch => epoch["val.loss"] < 1));
        Assert.InRange(epochs[2]["train.loss"], 50, 1000);
    }

    [Theory]
    [InlineData("dice + 0.01*boundary")]
    [InlineData("dice + 0.1*log-hausdorff-dt")]
    public void Distance_maps_reach_the_loss_whatever_the_threads(string loss)
    {
        var epochs = Epochs(loss, threads: 1);
        Assert.True(epochs[^1]["train.loss"] < epochs[0]["train.loss"]);
        Assert.Equal(epochs.Select(static epoch => epoch["train.loss"]), Epochs(loss, threads: 3).Select(static epoch => epoch["train.loss"]));
    }

    [Theory]
    [InlineData("kaggle-dice", 2)]
    [InlineData("dice", 4)]
    public void The_synthetic_set_has_the_classes_that_the_loss_can_take(string loss, int classes)
    {
        var epoch = Epochs(loss, classes: null)[^1];
        Assert.Equal(classes, epoch.Keys.Count(static name => name.StartsWith("val.dice[", StringComparison.Ordinal)));
    }

    private static List<IReadOnlyDictionary<string, double>> Epochs(string loss, int threads = 1, int? classes = 3)
    {
        using var folder = new TemporaryFolder();
        var config = LoadSet(
            [.. classes is null ? Array.Empty<string>() : [$"data.synthetic.classes={classes}"], $"loss={loss}", $"train.runs={folder.Path}", "train.epochs=3", "train.device=cpu", "train.batch_size=4", $"data.threads={threads}",
            "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "model.depth=1", "model.width=8"]);
        var progress = new Watcher();
        Fit.Run(new FitRequest(config, null, [], "segtrain fit"), progress, Logger.None, CancellationToken.None);
        return progress.Seen;
    }

    private sealed class Watcher : IRunProgress
    {
        public List<IReadOnlyDictionary<string, double>> Seen { get; } = [];

        public void Started(RunInfo run)
        {
        }

        public void Step(in StepInfo step)
        {
        }

        public void Epoch(EpochInfo epoch) => Seen.Add(epoch.Metrics);
    }
}
