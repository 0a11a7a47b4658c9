using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Optim;

[Collection(nameof(Seeded))]
public sealed class WeightAverageTests
{
    /// <summary>
    /// Decay 0.5, from 1, a weight and a statistic alike. After the first step, of 2: d = 2 / 11, a = 2 / 11 + 18 / 11 = 20 / 11. After the second,
    /// of 4: d = 3 / 12, a = 5 / 11 + 3 = 38 / 11. After the 21st, of 0: 22 / 31 is above 0.5, so that d = 0.5, a = 19 / 11.
    /// </summary>
    [Fact]
    public void It_follows_by_hand()
    {
        using var net = new ParameterSet();
        var (weight, statistic) = (net.Add("weight", [1], Parameter.Constant(1)), net.AddBuffer("statistic", [1], Parameter.Constant(1)));
        net.Allocate(CPU, seed: 1);
        using var average = new WeightAverage(net, 0.5);
        foreach (var (step, value, expected) in ((long, float, double)[])[(0, 2, 20 / 11.0), (1, 4, 38 / 11.0), (20, 0, 19 / 11.0)])
        {
            Set(value);
            average.Follow(step);
            Assert.Equal((value, value), Both());
            average.Exchange();
            Assert.Equal(expected, Both().Weight, 1e-6);
            Assert.Equal(expected, Both().Statistic, 1e-6);
            average.Exchange();
            Assert.Equal((value, value), Both());
        }

        void Set(float value)
        {
            using var _ = no_grad();
            weight.Value.fill_(value);
            statistic.Value.fill_(value);
        }

        (float Weight, float Statistic) Both() => (weight.Value.item<float>(), statistic.Value.item<float>());
    }
}
