using SegTrain.Core.Calibrate;
using SegTrain.Core.Data;
using SegTrain.Losses;

namespace SegTrain.Tests.Core.Calibrate;

public sealed class TemperatureFitTests
{
    /// <summary>What pixels are is drawn by softmax(logits / T), or sigmoid: then T is the temperature, but for the chance of 100000 draws.</summary>
    [Theory]
    [InlineData(1, 2.0)]
    [InlineData(1, 0.4)]
    [InlineData(4, 2.0)]
    [InlineData(4, 7.0)]
    public void The_temperature_that_the_truth_was_drawn_by_is_found(int width, double truth)
    {
        var column = Drawn(width, truth, 100_000, seed: 3);
        Assert.Equal(truth, TemperatureFit.Of(column), 0.02 * truth);
    }

    /// <summary>Against the plain mean of -log p at temperatures around it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void No_temperature_near_it_is_better(int width)
    {
        var column = Drawn(width, 3, 500, seed: 5);
        var found = TemperatureFit.Of(column);
        Assert.All((double[])[0.5, 0.9, 0.999, 1.001, 1.1, 2], factor => Assert.True(LogLoss(column, found) < LogLoss(column, found * factor), $"{found} and {found * factor}"));
    }

    [Fact]
    public void Of_several_columns_it_is_that_of_all_their_pixels()
    {
        var (first, second, both) = (Drawn(1, 2, 300, 1), Drawn(1, 5, 300, 2), new LogitColumn(1));
        foreach (var column in (LogitColumn[])[first, second])
        {
            both.Logits.AddRange(column.Logits);
            both.Targets.AddRange(column.Targets);
        }
        Assert.Equal(TemperatureFit.Of(both), TemperatureFit.Of(first, second), 1e-9);
    }

    [Theory]
    [InlineData(1, TemperatureFit.Least)]
    [InlineData(0, TemperatureFit.Most)]
    public void Where_all_are_right_or_all_wrong_it_stays_within_its_bounds(byte target, double expected)
    {
        var column = new LogitColumn(1);
        column.Logits.AddRange(1, 2, 3);
        column.Targets.AddRange(target, target, target);
        Assert.Equal(expected, TemperatureFit.Of(column));
        Assert.Equal(1, TemperatureFit.Of(new LogitColumn(1)));
    }

    [Fact]
    public void A_sample_is_spread_over_each_image_and_leaves_out_what_is_ignored()
    {
        // A logit says which image and pixel it is of.
        var sample = new PixelSample(SegmentationMode.Binary, 1, images: PixelSample.MostPixels / 100, seed: 1);
        foreach (var image in (int[])[0, 1])
            sample.Add([.. Enumerable.Range(0, 10_000).Select(i => (image * 10_000f) + i)], [.. Enumerable.Range(0, 10_000).Select(i => i < 5000 ? ClassList.Ignore : (byte)image)]);
        var column = Assert.Single(sample.Columns);
        Assert.Equal(200, sample.Pixels);
        Assert.Equal([.. Enumerable.Range(50, 50), .. Enumerable.Range(150, 50)], column.Logits.Select(static logit => (int)logit / 100));
        Assert.Equal([.. Enumerable.Repeat((byte)0, 50), .. Enumerable.Repeat((byte)1, 50)], column.Targets);
        Assert.True(column.Logits.Select(static logit => logit % 100).Distinct().Count() > 30);
    }

    [Fact]
    public void Of_classes_all_logits_of_a_pixel_are_taken_and_of_labels_those_with_a_target()
    {
        var classes = new PixelSample(SegmentationMode.Multiclass, 3, images: 1, seed: 1);
        classes.Add([1, 2, 10, 20, 100, 200], [2, 1]);
        Assert.Equal([1, 10, 100, 2, 20, 200], classes.Columns[0].Logits);
        Assert.Equal([2, 1], classes.Columns[0].Targets);
        var labels = new PixelSample(SegmentationMode.Multilabel, 2, images: 1, seed: 1);
        labels.Add([1, 2, 10, 20], [1, 0, ClassList.Ignore, 1]);
        Assert.Equal([1, 2], labels.Columns[0].Logits);
        Assert.Equal([20], labels.Columns[1].Logits);
        Assert.Equal([1], labels.Columns[1].Targets);
    }

    private static LogitColumn Drawn(int width, double temperature, int pixels, int seed)
    {
        var (random, column) = (new Random(seed), new LogitColumn(width));
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            float[] logits = [.. Enumerable.Range(0, width).Select(_ => (float)(12 * (random.NextDouble() - 0.5)))];
            double[] all = width == 1 ? [0, logits[0]] : [.. logits.Select(static logit => (double)logit)];
            var weights = all.Select(logit => Math.Exp(logit / temperature)).ToList();
            var (left, drawn) = (random.NextDouble() * weights.Sum(), 0);
            while ((left -= weights[drawn]) > 0 && drawn < weights.Count - 1) drawn++;
            column.Logits.AddRange(logits);
            column.Targets.Add((byte)drawn);
        }
        return column;
    }

    private static double LogLoss(LogitColumn column, double temperature) => Enumerable.Range(0, column.Targets.Count).Average(pixel =>
    {
        var logits = column.Logits.Skip(pixel * column.Width).Take(column.Width).Select(logit => logit / temperature).ToList();
        if (column.Width == 1) logits.Insert(0, 0);
        return Math.Log(logits.Sum(Math.Exp)) - logits[column.Targets[pixel]];
    });
}
