using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>JPEG files of known coefficients, whose pixels follow from the definitions in ITU-T T.81 and T.871.</summary>
public sealed class JpegKindTests : IDisposable
{
    // Where the diagonals of a block lead, T.81 figure A.6.
    private static readonly (int U, int V)[] Zigzag = [.. Enumerable.Range(0, 15).SelectMany(static sum =>
        Enumerable.Range(0, sum + 1).Select(i => sum % 2 == 0 ? (i, sum - i) : (sum - i, i)).Where(static place => place.Item1 < 8 && place.Item2 < 8))];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0xC0, 0)]
    [InlineData(0xC1, 0)]
    [InlineData(0xC2, 0)]
    [InlineData(0xC0, 1)]
    [InlineData(0xC0, 3)]
    [InlineData(0xC2, 2)]
    public void Grey_is_the_inverse_cosine_transform_of_its_coefficients(byte frame, int restartInterval)
    {
        var blocks = Enumerable.Range(0, 12).Select(Block).ToArray();
        var image = Read(new RawJpeg(29, 21) { Frame = frame, RestartInterval = restartInterval }, (x, y, _) => blocks[(y * 4) + x]);
        Assert.Equal((29, 21, 1), (image.Width, image.Height, image.Channels));
        for (var i = 0; i < image.Samples.Length; i++)
        {
            var (x, y) = (i % 29, i / 29);
            var expected = Math.Clamp(128 + Inverse(blocks[(y / 8 * 4) + (x / 8)], x % 8, y % 8), 0, 255);
            Assert.InRange(image.Samples[i], expected - 1, expected + 1);
        }
    }

    // Flat blocks of brightness 100 and differences 30 and -40: red 100 - 40 * 1.402 = 43.9, green 100 - 30 * 0.344136 + 40 * 0.714136 = 118.2, blue 100 + 30 * 1.772 = 153.2.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void Colours_read_in_every_sampling(int across, int down)
    {
        foreach (var frame in new byte[] { 0xC0, 0xC2 })
        {
            var image = Read(new RawJpeg(37, 21) { Sampling = [(across, down), (1, 1), (1, 1)], Frame = frame }, static (_, _, c) => [c == 0 ? -224 : c == 1 ? 240 : -320]);
            Assert.Equal((37, 21, 3), (image.Width, image.Height, image.Channels));
            for (var i = 0; i < image.Samples.Length; i++)
                Assert.Equal(new[] { 44, 118, 153 }[i % 3], image.Samples[i]);
        }
    }

    // Brightness 128; of two blocks the left has no difference and the right has 64 towards red. In between, samples at a quarter and three quarters: 16 and 48.
    [Fact]
    public void Halved_colours_are_filled_in_by_three_and_one()
    {
        int[] expected = [.. Enumerable.Repeat(0, 15), 16, 48, .. Enumerable.Repeat(64, 15)];
        var across = Read(new RawJpeg(32, 8) { Sampling = [(2, 1), (1, 1), (1, 1)] }, static (x, _, c) => [c == 2 && x > 0 ? 512 : 0]);
        var down = Read(new RawJpeg(8, 32) { Sampling = [(1, 2), (1, 1), (1, 1)] }, static (_, y, c) => [c == 2 && y > 0 ? 512 : 0]);
        var both = Read(new RawJpeg(32, 32) { Sampling = [(2, 2), (1, 1), (1, 1)] }, static (x, y, c) => [c == 2 && x > 0 && y > 0 ? 512 : 0]);
        for (var i = 0; i < 32; i++)
        {
            var red = 128 + (int)Math.Round(expected[i] * 1.402);
            Assert.InRange(across.Samples[((5 * 32) + i) * 3], red - 1, red + 1);
            Assert.InRange(down.Samples[((i * 8) + 5) * 3], red - 1, red + 1);
            Assert.InRange(both.Samples[((31 * 32) + i) * 3], red - 1, red + 1);
            Assert.InRange(both.Samples[((i * 32) + 31) * 3], red - 1, red + 1);
        }

        // A corner pixel has three quarters of three quarters, 36, and its opposite a sixteenth, 4.
        Assert.InRange(both.Samples[((16 * 32) + 16) * 3], 128 + 49, 128 + 51);
        Assert.InRange(both.Samples[((15 * 32) + 15) * 3], 128 + 5, 128 + 7);
    }

    [Fact]
    public void Adobes_colours_read()
    {
        // Levels 40, 90, 200, 150.
        static int[] Level(int c) => [new[] { -704, -304, 576, 176 }[c]];
        var three = new RawJpeg(8, 8) { Sampling = [(1, 1), (1, 1), (1, 1)], AdobeTransform = 0 };
        Assert.Equal([40, 90, 200], Read(three, static (_, _, c) => Level(c)).Samples[^3..]);

        // Inks are what is left of white in Adobe's files: 40 * 150 / 255 = 23.5, 90 * 150 / 255 = 52.9, 200 * 150 / 255 = 117.6; without, 215 * 105 / 255 = 88.5 and so on.
        var four = new RawJpeg(8, 8) { Sampling = [(1, 1), (1, 1), (1, 1), (1, 1)] };
        Assert.Equal([24, 53, 118], Read(four with { AdobeTransform = 0 }, static (_, _, c) => Level(c)).Samples[^3..]);
        Assert.Equal([89, 68, 23], Read(four, static (_, _, c) => Level(c)).Samples[^3..]);

        // Brightness 40 and differences -38 and 72 are red 140.9, green 1.7 and blue 0; the inks are what is left of them.
        Assert.Equal([67, 149, 150], Read(four with { AdobeTransform = 2 }, static (_, _, c) => Level(c)).Samples[^3..]);
    }

    // Each output pixel is the mean of what it covers; flat blocks of 8 in four levels become one pixel each at an eighth.
    [Fact]
    public void A_fraction_of_the_size_is_the_mean_of_what_each_pixel_covers()
    {
        var blocks = Enumerable.Range(0, 12).Select(Block).ToArray();
        var path = folder.Write("a.jpg", new RawJpeg(29, 21).Write((x, y, _) => blocks[(y * 4) + x]));
        var whole = ImageFile.Read(path);
        foreach (var reduction in new[] { 2, 4, 8 })
        {
            var (width, height) = ((29 + reduction - 1) / reduction, (21 + reduction - 1) / reduction);
            var reduced = ImageFile.Read(path, Sampling.Area, (29, 21), (width, height));
            for (var i = 0; i < width * height; i++)
            {
                var covered = from y in Enumerable.Range(i / width * reduction, reduction) from x in Enumerable.Range(i % width * reduction, reduction) select (double)whole.Samples[(Math.Min(y, 20) * 29) + Math.Min(x, 28)];
                Assert.InRange(reduced.Samples[i], covered.Average() - 0.6, covered.Average() + 0.6);
            }
        }

        var colours = folder.Write("b.jpg", new RawJpeg(64, 32) { Sampling = [(2, 2), (1, 1), (1, 1)] }.Write(static (x, _, c) => [c == 0 ? 8 * (x - 4) : c == 2 ? 64 * (x - 2) : 0]));
        foreach (var size in new[] { (32, 16), (16, 8), (8, 4) })
        {
            var (reduced, area) = (ImageFile.Read(colours, Sampling.Area, (64, 32), size), Resample.Area(ImageFile.Read(colours), size.Item1, size.Item2));
            Assert.All(reduced.Samples.Zip(area.Samples), static pair => Assert.InRange(pair.First, pair.Second - 2, pair.Second + 2));
        }
    }

    [Fact]
    public void What_is_not_read_is_named()
    {
        static int[] Flat(int x, int y, int c) => [0];
        Refused("12 bits", new RawJpeg(8, 8) { Frame = 0xC1, Precision = 12 }.Write(Flat));
        Refused("arithmetic", new RawJpeg(8, 8) { Frame = 0xC9 }.Write(Flat));
        Refused("arithmetic", new RawJpeg(8, 8) { Frame = 0xCA }.Write(Flat));
        Refused("lossless", new RawJpeg(8, 8) { Frame = 0xC3 }.Write(Flat));
        Refused("2 components", new RawJpeg(8, 8) { Sampling = [(1, 1), (1, 1)] }.Write(Flat));
        Refused("2 samples of a component for 3", new RawJpeg(8, 8) { Sampling = [(3, 1), (2, 1), (1, 1)] }.Write(Flat));
        Refused("0 pixels", new RawJpeg(8, 0).Write(Flat));
    }

    [Fact]
    public void Damage_is_never_filled_in()
    {
        var blocks = Enumerable.Range(0, 12).Select(Block).ToArray();
        var file = new RawJpeg(29, 21) { RestartInterval = 2 }.Write((x, y, _) => blocks[(y * 4) + x]);
        var restart = file.AsSpan().IndexOf([(byte)0xFF, (byte)0xD1]);
        byte[] skipped = [.. file[..restart], 0xFF, 0xD3, .. file[(restart + 2)..]];
        Refused("found marker 0xD3 instead of RST1", skipped);
        Refused("damaged", [.. file[..(restart - 9)], .. file[restart..]]);
        Refused("scans", new RawJpeg(8, 8) { Frame = 0xC2 }.Write(static (_, _, _) => [0]) is var progressive
            ? [.. progressive[..^2], .. Enumerable.Repeat(progressive[^13..^2], 100).SelectMany(static scan => scan), 0xFF, 0xD9] : []);
    }

    // Levels around 90 to 200 and a few waves.
    private static int[] Block(int number)
    {
        var block = new int[64];
        block[0] = (number * 50) - 300;
        for (var i = 1; i < 64; i += 1 + (number % 5))
            block[i] = ((i * 37) + (number * 11)) % 41 - 20;
        return block;
    }

    private static double Inverse(int[] block, int x, int y)
    {
        var sum = 0.0;
        for (var i = 0; i < block.Length; i++)
        {
            var (u, v) = Zigzag[i];
            var scale = (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1) / 4;
            sum += scale * block[i] * Math.Cos(((2 * x) + 1) * u * Math.PI / 16) * Math.Cos(((2 * y) + 1) * v * Math.PI / 16);
        }

        return sum;
    }

    private PixelImage Read(RawJpeg file, Func<int, int, int, int[]> coefficients) => ImageFile.Read(folder.Write("a.jpg", file.Write(coefficients)));

    private void Refused(string reason, byte[] file)
    {
        var path = folder.Write("refused.jpg", file);
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
