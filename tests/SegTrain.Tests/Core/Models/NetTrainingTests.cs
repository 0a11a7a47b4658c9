using SegTrain.Tests.Core.Training;

namespace SegTrain.Tests.Core.Models;

/// <summary>Whole runs of seconds.</summary>
public sealed class NetTrainingTests
{
    [Theory]
    [MemberData(nameof(NetFixture.Nets), MemberType = typeof(NetFixture))]
    public void The_loss_falls(string architecture, string block, bool attention)
    {
        var epochs = ShortRun.Epochs(
            $"model.architecture={architecture}", $"model.block={block}", $"model.attention={attention}", "model.dropout=0.1", "model.depth=2", "model.width=4",
            "train.epochs=12", "optimizer.learning_rate=0.01");
        Assert.True(epochs[^1]["train.loss"] < 0.8 * epochs[0]["train.loss"], $"{epochs[0]["train.loss"]} to {epochs[^1]["train.loss"]}");
    }
}
