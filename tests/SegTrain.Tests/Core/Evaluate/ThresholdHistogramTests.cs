using SegTrain.Core.Data;
using SegTrain.Core.Evaluate;

namespace SegTrain.Tests.Core.Evaluate;

public sealed class ThresholdHistogramTests
{
    /// <summary>Every threshold tried on every pixel.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void The_best_is_that_of_brute_force(int labels, int seed)
    {
        const int Pixels = 400;
        var (random, histogram) = (new Random(seed), new ThresholdHistogram(labels));
        var (probabilities, targets) = (new List<float>(), new List<byte>());
        for (var batch = 0; batch < 2; batch++)
        {
            byte[] truth = [.. Enumerable.Range(0, 2 * labels * Pixels).Select(_ => random.Next(10) switch { 0 => ClassList.Ignore, < 4 => (byte)1, _ => (byte)0 })];
            float[] said = [.. truth.Select(one => MathF.Pow(random.NextSingle(), one == 1 ? 1 : 2.5f))];
            histogram.Add(said, truth, Pixels);
            probabilities.AddRange(said);
            targets.AddRange(truth);
        }
        var best = Enumerable.Range(1, 999).Select(static step => step / 1000.0).MaxBy(threshold => Enumerable.Range(0, labels).Average(label => Dice(label, threshold)));
        Assert.NotEqual(0.5, best);
        Assert.Equal(best, histogram.Best);

        double Dice(int label, double threshold)
        {
            var pixels = Enumerable.Range(0, targets.Count).Where(i => i / Pixels % labels == label && targets[i] != ClassList.Ignore).ToList();
            var (found, either) = (pixels.Count(i => targets[i] == 1 && probabilities[i] >= threshold), pixels.Sum(i => targets[i] + (probabilities[i] >= threshold ? 1 : 0)));
            return 2.0 * found / either;
        }
    }

    [Fact]
    public void Of_equals_the_nearest_to_a_half_is_taken_and_a_label_that_is_nowhere_has_no_say()
    {
        var histogram = new ThresholdHistogram(2);
        histogram.Add([0.3f, 0.9f, 0, 0], [0, 1, 0, 0], 2);
        Assert.Equal(0.5, histogram.Best);
        histogram.Add([0.55f, 0.95f, 0, 0], [0, 1, 0, 0], 2);
        Assert.Equal(0.551, histogram.Best);
    }
}
