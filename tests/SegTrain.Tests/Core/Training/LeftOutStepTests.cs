using SegTrain.Core.Models;
using SegTrain.Core.Training;
using SegTrain.Losses;
using SegTrain.Tests.Core.Models;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Training;

/// <summary>A step that is left out leaves no trace but its number.</summary>
[Collection(nameof(Seeded))]
public sealed class LeftOutStepTests
{
    /// <summary>A weight that is no number for the time of a step makes all statistics behind it none.</summary>
    [Fact]
    public void Statistics_of_batch_norms_are_those_of_before()
    {
        var (steps, before, after) = (0, Array.Empty<float>(), Array.Empty<float>());
        var state = TrainerFixture.Run(["train.epochs=4", "train.non_finite=skip", "train.ema=0.9", "train.accumulate=2", "model.norm=batch"], step: setup =>
        {
            var first = setup.Net.Parameters.Trained[0].Value;
            if (++steps == 1)
            {
                before = Statistics(setup.Net.Parameters);
                Set(first, first.sum().item<float>() * float.NaN);
            }
            if (steps != 2) return;
            after = Statistics(setup.Net.Parameters);
            Set(first, 0.1f);
        });
        Assert.NotEmpty(before);
        Assert.Equal(before, after);
        Assert.Equal((4, 3, 1), (state.Step, state.Updates, state.Skipped));
        Assert.All(state.Metrics, static metric => Assert.True(double.IsFinite(metric.Value), metric.Key));
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(1, 4)]
    public void Pixels_of_a_loss_that_is_no_number_do_not_count(float loss, long counted)
    {
        using var scope = NewDisposeScope();
        using var meter = new EpochMeter(SegmentationMode.Multiclass, 2, CPU);
        meter.AddPixels(zeros([1, 2, 2, 2]), zeros([1, 2, 2], uint8), tensor(loss));
        Assert.Equal(counted, meter.Pixels().Total);
    }

    /// <summary>
    /// The first update of Adam is lr g / (|g| + eps), the rate in each number whose gradient is not tiny, and stays so after steps that overflowed;
    /// were they counted, six of them, it would be 0.1 / (1 - 0.9^7) sqrt(1 - 0.999^7) / sqrt(0.001) = 0.51 of it.
    /// </summary>
    [Fact]
    public void It_is_none_of_the_optimizers_steps()
    {
        const double Rate = 0.01;
        var (steps, largest, first) = (0, 0.0, Array.Empty<float>());
        var state = TrainerFixture.Run(
            ["train.epochs=10", "optimizer.name=adam", "optimizer.weight_decay=0", $"optimizer.learning_rate={Rate}", "schedule.name=constant", "schedule.warmup=0"],
            (setup, _) =>
            {
                first = NetFixture.Numbers(setup.Net.Parameters.Values);
                return setup with { LossScale = new(Math.Pow(2, 133), 0) };
            },
            setup =>
            {
                steps++;
                if (largest == 0) largest = NetFixture.Numbers(setup.Net.Parameters.Values).Zip(first, static (now, was) => Math.Abs(now - was)).Max();
            });
        Assert.InRange(state.Updates, 10, state.Step - 5);
        Assert.Equal(1, largest / Rate, 0.01);
    }

    private static float[] Statistics(ParameterSet net) => [.. net.Buffers.SelectMany(static buffer => NetFixture.Numbers(buffer.Value))];

    private static void Set(Tensor values, float value)
    {
        using var _ = no_grad();
        values.fill_(value);
    }
}
