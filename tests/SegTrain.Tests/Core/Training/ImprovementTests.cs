using SegTrain.Core.Training;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

public sealed class ImprovementTests
{
    [Theory]
    [InlineData("val.dice", new[] { 0.5, 0.4, 0.6, 0.6 }, 3)]
    [InlineData("val.loss", new[] { 0.5, 0.6, 0.4, 0.4 }, 3)]
    [InlineData("val.dice", new[] { double.NaN, double.NaN }, 1)]
    [InlineData("val.dice", new[] { double.NaN, 0.2, double.NaN, 0.1 }, 2)]
    [InlineData("val.loss", new[] { double.NaN, 0.2, double.NaN, 0.1 }, 4)]
    public void The_first_of_the_best_values_counts(string watched, double[] values, int bestEpoch)
    {
        var (config, state) = (LoadSet($"train.best={watched}").Run, new TrainState());
        foreach (var value in values)
            state = Improvement.AfterEpoch(config, state, new() { [watched] = value });
        Assert.Equal(bestEpoch, state.BestEpoch);
        Assert.Equal(values.Length - bestEpoch, state.Stale);
        Assert.Equal(values[bestEpoch - 1], state.BestMetrics[watched]);
    }
}
