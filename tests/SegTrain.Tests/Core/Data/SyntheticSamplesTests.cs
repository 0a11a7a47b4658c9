using SegTrain.Core.Data;

namespace SegTrain.Tests.Core.Data;

public sealed class SyntheticSamplesTests
{
    public static TheoryData<int> ClassCounts => [2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void An_image_is_a_function_of_seed_and_number()
    {
        var config = new SyntheticConfig();
        var (a, b) = (Samples(config).Load(3), Samples(config).Load(3));
        Assert.Equal(a.Image.Samples, b.Image.Samples);
        Assert.Equal(a.Target, b.Target);
        Assert.NotEqual(a.Image.Samples, Samples(config).Load(4).Image.Samples);
        Assert.NotEqual(a.Image.Samples, new SyntheticSamples(config, 0, 96, 3, seed: 2).Load(3).Image.Samples);
        Assert.Equal(Samples(config).Load(5).Target, new SyntheticSamples(config, 5, 96, 3, seed: 1).Load(0).Target);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Channels_are_what_is_asked_for(int channels)
    {
        var image = new SyntheticSamples(new() { Size = 20 }, 0, 1, channels, 1).Load(0).Image;
        Assert.Equal((20, 20, channels, 8), (image.Width, image.Height, image.Channels, image.Bits));
    }

    [Theory]
    [MemberData(nameof(ClassCounts))]
    public void Every_class_covers_four_percent_on_average(int classes)
    {
        var samples = Samples(new() { Classes = classes });
        var counts = new long[classes];
        for (var i = 0; i < samples.Count; i++)
        {
            foreach (var index in samples.Load(i).Target)
                counts[index]++;
        }

        Assert.All(counts, count => Assert.True(count >= 0.04 * counts.Sum(), string.Join(' ', counts.Select(c => $"{(double)c / counts.Sum():P1}"))));
    }

    /// <summary>The attainable Dice that the documentation states: the best classifier of single pixels, which takes the nearest mean colour.</summary>
    [Theory]
    [MemberData(nameof(ClassCounts))]
    public void Single_pixels_alone_allow_a_dice_of_0_98(int classes)
    {
        var samples = Samples(new() { Classes = classes });
        var confusion = new long[classes, classes];
        for (var i = 0; i < samples.Count; i++)
        {
            var sample = samples.Load(i);
            for (var pixel = 0; pixel < sample.Target.Length; pixel++)
                confusion[sample.Target[pixel], Nearest(sample.Image.Samples.AsSpan(pixel * 3, 3), classes)]++;
        }

        var dice = Enumerable.Range(0, classes).Select(k => 2.0 * confusion[k, k]
            / Enumerable.Range(0, classes).Sum(other => confusion[k, other] + confusion[other, k])).ToList();
        Assert.True(dice.Average() >= 0.98, string.Join(' ', dice.Select(static value => $"{value:0.0000}")));
        Assert.True(dice.Average() < 0.9999, "there is no noise");
    }

    private static SyntheticSamples Samples(SyntheticConfig config) => new(config, 0, 60, 3, seed: 1);

    private static int Nearest(ReadOnlySpan<byte> pixel, int classes)
    {
        var (best, least) = (0, int.MaxValue);
        for (var k = 0; k < classes; k++)
        {
            var (r, g, b) = SyntheticSamples.Colors[k];
            var (dr, dg, db) = (pixel[0] - r, pixel[1] - g, pixel[2] - b);
            var distance = (dr * dr) + (dg * dg) + (db * db);
            if (distance < least)
                (best, least) = (k, distance);
        }

        return best;
    }
}
