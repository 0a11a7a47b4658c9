using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

/// <summary>Whole runs of seconds.</summary>
[Collection(nameof(Seeded))]
public sealed class FitTests
{
    [Fact]
    public void Weights_that_change_are_those_of_the_epoch()
    {
        // Dice is at most 1: a loss above 50 is the one of the second weight.
        var epochs = ShortRun.Epochs("loss=step(1, 0, epochs=2)*dice + step(0, 1000, epochs=2)*dice");
        Assert.Equal([true, true, false], epochs.Select(static epoch => epoch["train.loss"] < 1));
        Assert.Equal([true, true, false], epochs.Select(static epoch => epoch["val.loss"] < 1));
        Assert.InRange(epochs[2]["train.loss"], 50, 1000);
    }

    [Theory]
    [InlineData("dice + 0.01*boundary")]
    [InlineData("dice + 0.1*log-hausdorff-dt")]
    public void Distance_maps_reach_the_loss_whatever_the_threads(string loss)
    {
        var epochs = ShortRun.Epochs($"loss={loss}");
        Assert.True(epochs[^1]["train.loss"] < epochs[0]["train.loss"]);
        Assert.Equal(epochs.Select(static epoch => epoch["train.loss"]), ShortRun.Epochs($"loss={loss}", "data.threads=3").Select(static epoch => epoch["train.loss"]));
    }

    [Theory]
    [InlineData("kaggle-dice", 2)]
    [InlineData("dice", 4)]
    public void The_synthetic_set_has_the_classes_that_the_loss_can_take(string loss, int classes)
    {
        var epoch = ShortRun.Epochs($"loss={loss}", "data.synthetic.classes=")[^1];
        Assert.Equal(classes, epoch.Keys.Count(static name => name.StartsWith("val.dice[", StringComparison.Ordinal)));
    }
}
