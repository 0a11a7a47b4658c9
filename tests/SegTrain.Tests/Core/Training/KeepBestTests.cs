using System.Globalization;
using SegTrain.Core.Recipe;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

public sealed class KeepBestTests
{
    [Theory]
    [InlineData("val.dice", -1)]
    [InlineData("val.loss", 1)]
    public void The_best_epochs_keep_their_checkpoints(string best, int sign)
    {
        using var folder = new TemporaryFolder();
        var epochs = ShortRun.EpochsIn(folder.Path, "train.name=run", "train.epochs=6", "train.keep_best=3", $"train.best={best}", "optimizer.learning_rate=0.1");
        var expected = epochs.Select((metrics, i) => (Value: metrics[best], Epoch: i + 1)).OrderBy(epoch => sign * epoch.Value).Take(3)
            .Select(static epoch => string.Create(CultureInfo.InvariantCulture, $"top-{epoch.Value:F4}-epoch-000{epoch.Epoch}"));
        Assert.Equal(expected.Order(), Directory.GetDirectories(folder.File("run/checkpoints"), "top-*").Select(static path => Path.GetFileName(path)).Order());
        // The first of them is the best.
        Assert.Equal(
            File.ReadAllBytes(folder.File("run/checkpoints/best/model.safetensors")), File.ReadAllBytes(folder.File($"run/checkpoints/{expected.First()}/model.safetensors")));
    }

    [Fact]
    public void By_default_only_the_best_is_kept()
    {
        using var folder = new TemporaryFolder();
        ShortRun.EpochsIn(folder.Path, "train.name=run");
        Assert.Equal(["best", "last"], Directory.GetDirectories(folder.File("run/checkpoints")).Select(static path => Path.GetFileName(path)).Where(static name => !name.EndsWith(".old", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public void Of_equals_the_earlier_ranks_higher_and_what_is_no_number_not_at_all()
    {
        var config = new RunConfig { Train = new() { KeepBest = 2 } };
        var state = new TrainState();
        foreach (var value in (double[])[0.5, 0.25, double.NaN, 0.5, 0.75, 0.75])
            state = Improvement.AfterEpoch(config, state, new() { ["val.dice"] = value });
        Assert.Equal([new(5, 0.75), new(6, 0.75)], state.Ranking);
        state = Improvement.AfterEpoch(config, state, new() { ["val.dice"] = 0.75 });
        Assert.Equal([5, 6], state.Ranking.Select(static epoch => epoch.Epoch));
    }
}
