using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

public sealed class ResampleTests
{
    [Fact]
    public void Halving_averages_blocks_of_four()
    {
        var image = new PixelImage(4, 2, 1, 8, [10, 20, 30, 40, 50, 60, 70, 81]);

        // (10+20+50+60)/4 = 35; (30+40+70+81)/4 = 55.25
        Assert.Equal([35, 55], Resample.Area(image, 2, 1).Samples);
    }

    [Fact]
    public void Shrinking_by_a_fraction_weighs_what_is_covered() =>

        // Each output covers 1.5 inputs: (10 + 20/2)/1.5 = 13.33, (20/2 + 30)/1.5 = 26.67
        Assert.Equal([13, 27], Resample.Area(new(3, 1, 1, 8, [10, 20, 30]), 2, 1).Samples);

    [Fact]
    public void Growing_is_linear_between_centres() =>

        // Centres of four outputs lie at -0.25, 0.25, 0.75, 1.25 of the inputs 0 and 100.
        Assert.Equal([0, 25, 75, 100], Resample.Area(new(2, 1, 1, 8, [0, 100]), 4, 1).Samples);

    [Fact]
    public void Axes_are_independent_and_colours_apart() =>

        // Rows shrink (means 20|6 and 40|8), columns grow by two.
        Assert.Equal(
            [20, 6, 25, 7, 35, 8, 40, 8],
            Resample.Area(new(2, 2, 2, 8, [10, 4, 30, 6, 30, 8, 50, 10]), 4, 1).Samples);

    [Fact]
    public void Sixteen_bits_keep_their_range()
    {
        var image = PixelImage.Allocate(2, 1, 1, 16);
        (image.Words[0], image.Words[1]) = (65535, 65534);
        Assert.Equal(65535, Resample.Area(image, 1, 1).Words[0]);
        image.Words[0] = 1000;
        Assert.Equal(33267, Resample.Area(image, 1, 1).Words[0]);
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(200, 3)]
    [InlineData(1, 1)]
    [InlineData(31, 90)]
    public void A_flat_image_stays_flat(int width, int height)
    {
        var image = PixelImage.Allocate(31, 17, 3, 8);
        image.Samples.AsSpan().Fill(199);
        Assert.All(Resample.Area(image, width, height).Samples, static value => Assert.Equal(199, value));
    }

    [Fact]
    public void Masks_take_the_pixel_at_the_centre()
    {
        // Centres at 1.5 and 4.5 of six: pixels 1 and 4.
        Assert.Equal([2, 5], Resample.Nearest(new(6, 1, 1, 8, [1, 2, 3, 4, 5, 6]), 2, 1).Samples);
        Assert.Equal([1, 1, 2, 2], Resample.Nearest(new(2, 1, 1, 8, [1, 2]), 4, 1).Samples);
        // The centre of three rows is in the middle one.
        Assert.Equal([3, 4], Resample.Nearest(new(2, 3, 1, 8, [1, 2, 3, 4, 5, 6]), 2, 1).Samples);
    }

    [Theory]
    [InlineData(3, 8, 20, 11)]
    [InlineData(4, 8, 33, 90)]
    [InlineData(1, 8, 7, 40)]
    [InlineData(3, 16, 20, 11)]
    [InlineData(1, 16, 80, 5)]
    public void Every_sample_is_the_exact_mean_rounded_half_up(int channels, int bits, int width, int height)
    {
        var image = PixelImage.Allocate(61, 43, channels, bits);
        new Random(3).NextBytes(image.Samples);
        var resized = Resample.Area(image, width, height);
        for (var at = 0; at < width * height * channels; at++)
        {
            var (c, x, y) = (at % channels, at / channels % width, at / channels / width);
            var (sum, total) = (Int128.Zero, Int128.Zero);
            foreach (var (row, down) in Taps(y, 43, height))
            {
                foreach (var (column, across) in Taps(x, 61, width))
                {
                    var from = (((row * 61) + column) * channels) + c;
                    sum += (Int128)(bits == 8 ? image.Samples[from] : image.Words[from]) * (down * across);
                    total += down * across;
                }
            }

            Assert.Equal((int)((sum + (total / 2)) / total), bits == 8 ? resized.Samples[at] : resized.Words[at]);
        }
    }

    // The definition, position by position: overlap where the axis shrinks, one minus the distance of centres where it grows.
    private static IEnumerable<(int At, long Weight)> Taps(int i, int from, int to) => from >= to
        ? Enumerable.Range(0, from).Select(j => (j, (long)Math.Min((i + 1) * from, (j + 1) * to) - Math.Max(i * from, j * to))).Where(static tap => tap.Item2 > 0)
        : Enumerable.Range(0, from).Select(j => (j, (2L * to) - Math.Abs(Math.Clamp((((2L * i) + 1) * from) - to, 0, 2L * to * (from - 1)) - (2L * to * j))))
            .Where(static tap => tap.Item2 > 0);
}
