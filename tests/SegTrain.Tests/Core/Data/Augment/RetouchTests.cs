using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Randomness;

namespace SegTrain.Tests.Core.Data.Augment;

public sealed class RetouchTests
{
    private static readonly IReadOnlyList<AugmentationRow> Rows = [.. AugmentationTable.Rows.Where(static row => row.Preset.Make() is IRetouch)];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_row_keeps_the_range_the_transparency_and_the_classes(int channels)
    {
        Assert.NotEmpty(Rows);
        foreach (var row in Rows)
        {
            var retouch = (IRetouch)row.Preset.Make()!;
            for (var sample = 0; sample < 20; sample++)
            {
                var (planes, target) = (Noisy(channels * 19 * 13), new byte[19 * 13]);
                var before = planes.ToArray();
                Apply(retouch, planes, target, 19, row.Preset.Strong, sample);
                Assert.All(planes, static value => Assert.InRange(value, 0, 1));
                Assert.All(target, static value => Assert.True(value is 0 or ClassList.Ignore));
                if (channels == 4)
                    Assert.Equal(before[(3 * 19 * 13)..], planes[(3 * 19 * 13)..]);

                var again = before.ToArray();
                Apply(retouch, again, new byte[19 * 13], 19, row.Preset.Strong, sample);
                Assert.Equal(planes, again);
            }
        }
    }

    [Fact]
    public void A_row_without_strength_changes_nothing_visible() => Assert.All(Rows, static row =>
    {
        var planes = Noisy(3 * 19 * 13);
        var before = planes.ToArray();
        Apply((IRetouch)row.Preset.Make()!, planes, new byte[19 * 13], 19, 0);

        // JPEG at quality 100 still rounds its coefficients; each by a half makes a level or two.
        Assert.All(planes.Zip(before), pair => Assert.Equal(pair.Second, pair.First, row.Key.Name == "Jpeg" ? 0.02 : 1e-3));
    });

    [Fact]
    public void Brightness_adds_up_to_its_strength()
    {
        var added = Draws(i => Applied(new Brightness(), [0.25f, 0.75f], 2, 0.2, i)).ToList();
        Assert.All(added, static values => Assert.Equal(0.5, values[1] - values[0], 1e-6));
        Assert.InRange(added.Min(static values => values[0]), 0.05, 0.06);
        Assert.InRange(added.Max(static values => values[0]), 0.44, 0.45);
    }

    [Fact]
    public void Contrast_scales_about_the_mean()
    {
        var scaled = Draws(i => Applied(new Contrast(), [0.4f, 0.6f], 2, 0.25, i)).ToList();
        Assert.All(scaled, static values => Assert.Equal(1, values[0] + values[1], 1e-6));
        Assert.InRange(scaled.Min(static values => values[1] - values[0]), 0.2 / 1.25, 0.162);
        Assert.InRange(scaled.Max(static values => values[1] - values[0]), 0.248, 0.2501);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2.2)]
    public void Gamma_is_a_power(double exponent)
    {
        var values = Enumerable.Range(0, 4097).Select(static i => i / 4096f).ToArray();
        Gamma.Raise(values, exponent);
        Assert.Equal((0, 1), (values[0], values[4096]));
        Assert.All(values.Index(), item => Assert.Equal(Math.Pow(item.Index / 4096.0, exponent), item.Item, item.Index < 16 ? 0.006 : 1e-4));
    }

    [Fact]
    public void Gamma_draws_its_exponent_within_its_strength()
    {
        var exponents = Draws(static i => Math.Log(Applied(new Gamma(), [0.25f], 1, 0.5, i)[0]) / Math.Log(0.25)).ToList();
        Assert.InRange(exponents.Min(), 1 / 1.5, 0.67);
        Assert.InRange(exponents.Max(), 1.48, 1.5001);
    }

    [Theory]
    // Red to green to blue. (0.8, 0.4, 0.2) has hue 20; at 80 green is the most, blue the least, red a third down: 0.8 - 0.6 / 3.
    [InlineData(120, new[] { 1f, 0, 0 }, new[] { 0f, 1, 0 })]
    [InlineData(-120, new[] { 1f, 0, 0 }, new[] { 0f, 0, 1 })]
    [InlineData(60, new[] { 0.8f, 0.4f, 0.2f }, new[] { 0.6f, 0.8f, 0.2f })]
    [InlineData(180, new[] { 0.3f, 0.3f, 0.3f }, new[] { 0.3f, 0.3f, 0.3f })]
    public void Hue_turns_on_the_hexagon(double degrees, float[] color, float[] expected)
    {
        Hue.Turn(new(color, 1, 1), degrees);
        Assert.All(color.Zip(expected), static pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, -25)]
    [InlineData(170, -170)]
    [InlineData(180, 180)]
    public void Hue_there_and_back_is_the_colour_it_was(double there, double back)
    {
        var planes = Noisy(3 * 500);
        var before = planes.ToArray();
        Hue.Turn(new(planes, 500, 1), there);
        Assert.True(there == 0 || planes.Zip(before).Max(static pair => Math.Abs(pair.First - pair.Second)) > 0.2);
        Hue.Turn(new(planes, 500, 1), back);
        Assert.All(planes.Zip(before), static pair => Assert.Equal(pair.Second, pair.First, 2e-5));
    }

    [Fact]
    public void Saturation_moves_away_from_luma()
    {
        // Luma of (0.5, 0.4, 0.4): 0.299 * 0.5 + 0.701 * 0.4 = 0.4299.
        float[] color = [0.5f, 0.4f, 0.4f];
        Saturation.Scale(new(color, 1, 1), 2);
        Assert.All(color.Zip([0.5701, 0.3701, 0.3701]), static pair => Assert.Equal(pair.Second, pair.First, 1e-6));

        var red = Enumerable.Repeat(1f, 20).Concat(new float[40]).ToArray();
        Saturation.Scale(new(red, 20, 1), 0);
        Assert.All(red, static value => Assert.Equal(0.299, value, 1e-6));
    }

    [Fact]
    public void Blur_weighs_by_a_gaussian_on_both_axes()
    {
        var weights = Blur.Weights(1.2);
        Assert.Equal(Math.Exp(-0.5 / 1.44), weights[1] / weights[0], 1e-6);
        Assert.Equal(1, weights[0] + (2 * weights[1..].Sum()), 1e-6);
        Assert.Equal(1.44, 2 * weights.Index().Sum(static item => item.Index * item.Index * item.Item), 0.03);

        var spike = new float[31 * 31];
        spike[(15 * 31) + 15] = 1;
        var random = new CounterRandom(1, RandomStream.Augment, 0, 3);
        var drawn = Blur.Weights(random.NextDouble() * 2);
        Apply(new Blur(), spike, new byte[31 * 31], 31, 2, 3);
        for (var dy = 0; dy < drawn.Length; dy++)
        {
            for (var dx = 0; dx < drawn.Length; dx++)
                Assert.Equal(drawn[dx] * drawn[dy], spike[((15 + dy) * 31) + 15 - dx], 1e-6);
        }

        Assert.Equal(1, spike.Sum(), 1e-5);
    }

    [Fact]
    public void Blur_repeats_the_edges() =>
        Assert.All(Applied(new Blur(), [.. Enumerable.Repeat(0.7f, 5 * 3)], 5, 4), static value => Assert.Equal(0.7, value, 1e-6));

    [Fact]
    public void Noise_has_the_drawn_deviation_on_every_pixel_and_colour_apart()
    {
        var planes = Enumerable.Repeat(0.5f, 3 * 100 * 100).ToArray();
        var random = new CounterRandom(1, RandomStream.Augment, 0, 4);
        var deviation = random.NextDouble() * 0.1;
        Apply(new Noise(), planes, new byte[100 * 100], 100, 0.1, 4);
        Assert.Equal(0.5, planes.Average(), 4 * deviation / Math.Sqrt(30_000));
        Assert.Equal(deviation, Math.Sqrt(planes.Average(static value => Math.Pow(value - 0.5, 2))), deviation * 0.02);
        Assert.True(planes.Take(10_000).Zip(planes.Skip(10_000)).Count(static pair => pair.First == pair.Second) < 100);
    }

    [Fact]
    public void Jpeg_is_what_libjpeg_makes_of_a_grey_block()
    {
        // (37x + 11y²) mod 256 saved by Pillow (libjpeg-turbo) and read again; its transform is in integers.
        Compare(30, 
        [
            21, 26, 47, 93, 165, 170, 236, 0, 0, 103, 56, 173, 152, 217, 241, 21, 85, 45, 105, 178, 164, 198, 21, 13, 70, 144, 188, 229, 223, 29, 99, 129,
            214, 187, 255, 23, 47, 143, 114, 165, 0, 114, 64, 164, 160, 206, 203, 60, 163, 196, 205, 207, 37, 50, 96, 147, 5, 62, 81, 150, 205, 176, 255, 23,
        ]);
        Compare(75, 
        [
            0, 41, 75, 105, 162, 182, 230, 8, 11, 55, 81, 119, 156, 185, 226, 3, 59, 73, 112, 159, 184, 230, 42, 40, 92, 136, 189, 206, 239, 48, 50, 93,
            183, 219, 236, 23, 78, 109, 125, 198, 2, 69, 98, 138, 160, 194, 255, 20, 152, 175, 196, 251, 47, 70, 100, 134, 16, 69, 107, 138, 168, 212, 242, 39,
        ]);

        static void Compare(int quality, int[] expected)
        {
            var plane = Enumerable.Range(0, 64).Select(static i => ((i % 8 * 37) + (i / 8 * (i / 8) * 11)) % 256 / 255f).ToArray();
            JpegArtefacts.Compress(new(plane, 8, 8), quality);
            Assert.All(plane.Zip(expected), static pair => Assert.Equal(pair.Second, pair.First * 255, 1.5));
        }
    }

    [Fact]
    public void Jpeg_is_what_libjpeg_makes_of_a_coloured_block()
    {
        // Red 30x + 2y, green 200 - 10x - 9y, blue 40 + 25y - 3x, quality 40 without subsampling.
        int[] expected =
        [
            0, 197, 48, 28, 185, 46, 66, 171, 43, 94, 164, 39, 116, 160, 36, 143, 153, 30, 181, 139, 27, 210, 127, 25,
            0, 193, 60, 29, 182, 58, 67, 167, 55, 96, 159, 52, 117, 156, 47, 143, 149, 41, 181, 135, 39, 212, 124, 37,
            1, 186, 84, 30, 173, 81, 68, 160, 77, 98, 152, 74, 117, 148, 68, 147, 141, 65, 185, 127, 63, 212, 115, 60,
            3, 176, 112, 32, 163, 109, 71, 149, 107, 100, 142, 104, 120, 138, 98, 149, 131, 93, 187, 117, 91, 215, 105, 88,
            7, 164, 143, 35, 153, 141, 73, 139, 138, 102, 131, 135, 122, 127, 130, 151, 120, 126, 189, 106, 122, 218, 94, 120,
            9, 154, 173, 37, 142, 171, 75, 128, 168, 104, 121, 164, 124, 117, 158, 153, 110, 155, 191, 96, 152, 220, 84, 150,
            10, 146, 194, 40, 135, 193, 78, 121, 190, 105, 113, 186, 126, 110, 181, 155, 103, 178, 192, 88, 173, 222, 77, 172,
            11, 143, 208, 40, 130, 206, 79, 117, 202, 105, 109, 198, 128, 105, 193, 155, 99, 190, 193, 85, 186, 223, 72, 185,
        ];
        var planes = new float[3 * 64];
        for (var i = 0; i < 64; i++)
        {
            var (x, y) = (i % 8, i / 8);
            (planes[i], planes[64 + i], planes[128 + i]) = (((30 * x) + (2 * y)) / 255f, (200 - (10 * x) - (9 * y)) / 255f, (40 + (25 * y) - (3 * x)) / 255f);
        }

        JpegArtefacts.Compress(new(planes, 8, 8), 40);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], planes[(i % 3 * 64) + (i / 3)] * 255, 2.0);
    }

    [Fact]
    public void Cutout_blanks_and_ignores_one_rectangle()
    {
        var (widest, highest) = (0, 0);
        for (var sample = 0; sample < 300; sample++)
        {
            var (planes, target) = (Noisy(3 * 20 * 10), new byte[20 * 10]);
            var (before, mean) = (planes.ToArray(), planes[200..400].Average());
            Apply(new Cutout(), planes, target, 20, 0.5, sample);
            var hidden = Enumerable.Range(0, 200).Where(i => target[i] == ClassList.Ignore).ToList();
            Assert.All(Enumerable.Range(0, 200).Except(hidden), i => Assert.Equal((before[i], before[400 + i]), (planes[i], planes[400 + i])));
            Assert.All(hidden, i => Assert.Equal(mean, planes[200 + i], 1e-5));
            if (hidden.Count == 0)
                continue;
            var (width, height) = (hidden[^1] % 20 - (hidden[0] % 20) + 1, (hidden[^1] / 20) - (hidden[0] / 20) + 1);
            Assert.Equal(width * height, hidden.Count);
            (widest, highest) = (Math.Max(widest, width), Math.Max(highest, height));
        }

        Assert.Equal((9, 4), (widest, highest));
    }

    private static IEnumerable<T> Draws<T>(Func<int, T> draw) => Enumerable.Range(0, 400).Select(draw);

    private static float[] Noisy(int length)
    {
        var random = new CounterRandom(9, RandomStream.Augment);
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (float)random.NextDouble();
        return values;
    }

    private static float[] Applied(IRetouch retouch, float[] plane, int width, double strength, int sample = 0)
    {
        Apply(retouch, plane, new byte[plane.Length], width, strength, sample);
        return plane;
    }

    private static void Apply(IRetouch retouch, float[] planes, byte[] target, int width, double strength, int sample = 0)
    {
        var random = new CounterRandom(1, RandomStream.Augment, 0, sample);
        var drawn = retouch.Draw(width, target.Length / width, strength, ref random);
        retouch.Apply(new(planes, width, target.Length / width), drawn);
        retouch.Hide(target, width, drawn);
    }
}
