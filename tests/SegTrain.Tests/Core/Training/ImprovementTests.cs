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

    /// <summary>With patience 2 and factor 0.1: the best, four that are not, a better one, two that are not.</summary>
    [Fact]
    public void A_plateau_lowers_the_rate_after_each_stretch_of_patience()
    {
        var (config, state, factors) = (LoadSet("schedule.name=plateau", "schedule.patience=2", "schedule.factor=0.1").Run, new TrainState(), new List<double>());
        foreach (var value in (double[])[0.5, 0.4, 0.5, 0.3, 0.4, 0.6, 0.6, 0.5])
        {
            state = Improvement.AfterEpoch(config, state, new() { ["val.dice"] = value });
            factors.Add(state.RateFactor);
            // A validation that is left out counts for nothing.
            state = Improvement.AfterEpoch(config, state, new() { ["train.dice"] = 0.1 });
        }
        Assert.Equal([1, 1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.001], factors, static (a, b) => Math.Abs(a - b) < 1e-12);
    }
}
