using SegTrain.Core;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Models;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

/// <summary>Scaling of the loss; in float32, where a power of two changes no bit as long as nothing overflows.</summary>
[Collection(nameof(Seeded))]
public sealed class LossScaleTests
{
    [Fact]
    public void It_halves_after_an_overflow_and_doubles_after_2000_steps_without()
    {
        var scale = LossScale.First;
        Assert.Equal(65536, scale.Factor);
        for (var step = 0; step < 1999; step++) scale = scale.AfterStep();
        Assert.Equal(new(65536, 1999), scale);
        Assert.Equal(new(131072, 0), scale.AfterStep());
        Assert.Equal(new(32768, 0), scale.AfterOverflow());
        Assert.False(new LossScale(1, 7).CanShrink);
        Assert.Equal(1 << 24, new LossScale(1 << 24, 5000).AfterStep().Factor);
    }

    [Fact]
    public void Scaled_steps_are_those_of_before_to_the_bit()
    {
        var (_, plain, _) = Trained(null);
        var (_, scaled, state) = Trained(LossScale.First);
        Assert.Equal(plain, scaled);
        Assert.Equal(new(65536, 6), state.LossScale);
    }

    /// <summary>float32 ends at 2^128, and a half of a loss of about 1 goes backward from each of two batches.</summary>
    [Fact]
    public void Steps_that_overflow_are_left_out_until_the_scale_fits()
    {
        var (first, weights, state) = Trained(new(Math.Pow(2, 130), 0));
        Assert.NotEqual(first, weights);
        Assert.All(weights, static weight => Assert.True(float.IsFinite(weight)));
        Assert.InRange(state.LossScale!.Value.Factor, Math.Pow(2, 110), Math.Pow(2, 128));
        Assert.Equal((6, 0), (state.Step, state.Skipped));
    }

    [Fact]
    public void What_no_scale_helps_against_is_a_fault()
    {
        var fault = Assert.Throws<SegTrainException>(() => Trained(new(1, 0), loss: "1e37*ce"));
        Assert.Equal(ExitCode.Diverged, fault.Code);
        Assert.Contains("the gradients became", fault.Message, StringComparison.Ordinal);
    }

    private static (float[] First, float[] Weights, TrainState State) Trained(LossScale? scale, string loss = "ce")
    {
        var (first, weights) = (Array.Empty<float>(), Array.Empty<float>());
        var state = TrainerFixture.Run(
            ["data.synthetic.train=16", "train.epochs=3", "train.accumulate=2", "optimizer.clip_norm=1", "optimizer.learning_rate=0.01", $"loss={loss}"],
            (setup, _) =>
            {
                first = NetFixture.Numbers(setup.Net.Parameters.Values);
                return setup with { LossScale = scale };
            },
            setup => weights = NetFixture.Numbers(setup.Net.Parameters.Values));
        return (first, weights, state);
    }
}
