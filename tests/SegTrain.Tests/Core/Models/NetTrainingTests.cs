using SegTrain.Tests.Core.Training;
using static TorchSharp.torch;

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

    /// <summary>So a net can be validated after a few batches: a tenth of each would leave 0.9^3 of where the statistics began.</summary>
    [Fact]
    public void The_first_batches_count_alike_in_the_running_statistics()
    {
        using var scope = NewDisposeScope();
        Tensor[] batches = [.. Enumerable.Range(1, 3).Select(static seed => NetFixture.Uniform(seed, 2, 3, 16, 16) * seed)];
        var each = batches.Select(static batch => StatisticsAfter(batch)).ToList();
        var mean = each[0].Select((_, i) => each.Average(statistics => statistics[i])).ToList();
        Assert.True(each[0].Max() > 0.1);
        Assert.All(mean.Zip(StatisticsAfter(batches)), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static float[] StatisticsAfter(params Tensor[] batches)
    {
        using var net = NetFixture.Net(NetFixture.Small);
        foreach (var (step, batch) in batches.Index()) net.Train(batch, step);
        return [.. net.Parameters.Buffers.Where(static buffer => buffer.Name.Contains("running", StringComparison.Ordinal)).SelectMany(static buffer => NetFixture.Numbers(buffer.Value))];
    }
}
