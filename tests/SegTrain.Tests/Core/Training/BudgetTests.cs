using SegTrain.Core.Data;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Seeded))]
public sealed class BudgetTests
{
    /// <summary>Two steps of a second, and a validation of four images of two: ten seconds.</summary>
    [Theory]
    [InlineData("10s", 1, 2)]
    [InlineData("11s", 2, 4)]
    public void A_validation_is_part_of_the_time(string budget, int epochs, int steps)
    {
        var time = new JumpingTime();
        var state = TrainerFixture.Run(
            [$"train.budget={budget}"],
            (setup, data) => setup with { Validator = new Validator(setup.Net, setup.Loss, Slow(data, time), data.Classes, null, setup.Device) },
            _ => time.Pass(TimeSpan.FromSeconds(1)),
            time);
        Assert.Equal((epochs, steps), (state.Epoch, state.Step));
        Assert.Contains("val.dice", state.Metrics.Keys);
    }

    /// <summary>What is not validated has no end, however long it took to save.</summary>
    [Fact]
    public void No_run_ends_without_a_validation()
    {
        var time = new JumpingTime();
        var state = TrainerFixture.Run(["train.budget=5s", "train.validate_every=100"], step: _ => time.Pass(TimeSpan.FromSeconds(3)), time: time);
        Assert.Equal((2, 3), (state.Epoch, state.Step));
        Assert.Contains("val.dice", state.Metrics.Keys);
    }

    private static BatchLoader Slow(Dataset data, JumpingTime time) => new(new SlowSamples(data.Validation, time), new ValidationPlan(data.Validation, 4), data.Channels, threads: 0);

    private sealed class SlowSamples(ISampleSource source, JumpingTime time) : ISampleSource
    {
        public int Count => source.Count;

        public string Name(int index) => source.Name(index);

        public (int Width, int Height) Size(int index) => source.Size(index);

        public Sample Load(int index)
        {
            time.Pass(TimeSpan.FromSeconds(2));
            return source.Load(index);
        }
    }
}
