using BitMiracle.LibTiff.Classic;
using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Inspect;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data;

/// <summary>Images of 32-bit floating point, files of many bands and of several pages, from the file to the batch.</summary>
public sealed class FloatingPointTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_reach_the_batch_as_they_are_and_their_statistics_are_the_sets()
    {
        for (var i = 0; i < 4; i++)
            Pair(i, Metres);
        var config = Config();
        var data = Dataset.Open(config.Loading);

        // 300 and -100 in turn: the mean is 100, and every value is 200 from it.
        Assert.Equal([100], data.Mean);
        Assert.Equal([200], data.Std);
        using var batch = data.ValidationLoader(config.Loading).Epoch(0).First();
        Assert.Equal([300, -100, 300, -100], batch.Images[..4]);
    }

    [Fact]
    public void Resizing_takes_means_and_nearest_pixels()
    {
        var image = PixelImage.Allocate(4, 2, 1, 32);
        ((float[])[1e6f, -1e6f, 0.5f, 0.25f, 3e6f, 1e6f, 0, 0.25f]).CopyTo(image.Floats);

        // (1e6 - 1e6 + 3e6 + 1e6) / 4 and (0.5 + 0.25 + 0 + 0.25) / 4.
        Assert.Equal([1e6f, 0.25f], Resample.Area(image, 2, 1).Floats.ToArray());
        Assert.Equal([1e6f, 0.25f], Resample.Nearest(image, 2, 1).Floats.ToArray());

        // Centres of four outputs lie at -0.25, 0.25, 0.75, 1.25 of the inputs -2 and 6.
        var two = PixelImage.Allocate(2, 1, 1, 32);
        (two.Floats[0], two.Floats[1]) = (-2, 6);
        Assert.Equal([-2, 0, 4, 6], Resample.Area(two, 4, 1).Floats.ToArray());
    }

    [Fact]
    public void Channels_are_copied_and_luma_is_weighed()
    {
        var pixel = PixelImage.Allocate(1, 1, 3, 32);
        ((float[])[-1, 2, 1000]).CopyTo(pixel.Floats);
        Assert.Equal(-0.299f + (0.587f * 2) + 114f, ChannelLayout.Convert(pixel, 1).Floats[0], 1e-4f);
        Assert.Equal([-1, 2, 1000, 1], ChannelLayout.Convert(pixel, 4).Floats.ToArray());
    }

    [Fact]
    public void Interpolation_keeps_the_range()
    {
        for (var i = 0; i < 4; i++)
            Pair(i, static (_, _) => 5000);
        var config = Config() with { Augment = new() { Preset = AugmentPreset.None, Rotate = 30, WarpProbability = 1, Cutout = 0.2, PixelProbability = 1 } };
        using var batch = Dataset.Open(config.Loading).TrainingLoader(config.Loading).Epoch(0).First();

        // Corners have turned away, and the mean over the rest covers a rectangle.
        Assert.Contains(0, batch.Images);
        Assert.All(batch.Images.Where(static value => value > 4900), static value => Assert.Equal(5000, value, 0.01));
        Assert.True(batch.Images.Count(static value => value > 4900) > batch.Images.Length / 2);
    }

    [Fact]
    public void What_would_cut_values_off_is_refused()
    {
        for (var i = 0; i < 4; i++)
            Pair(i, Metres);
        var error = Refused(Config() with { Augment = new() { Preset = AugmentPreset.Medium } }, ExitCode.Config);
        Assert.StartsWith("augment.brightness, augment.contrast, augment.gamma, augment.hue, augment.saturation, augment.noise: ", error);

        _folder.Grey("images/4.png", 8, 8, new byte[64]);
        _folder.Grey("masks/4.png", 8, 8, new byte[64]);
        Assert.Contains("has floating-point samples and 4 has 8 bits", Refused(Config(), ExitCode.Data));
    }

    [Fact]
    public void Masks_of_floats_and_bands_are_refused()
    {
        Pair(0, Metres);
        _folder.Write("masks/0.tif", Floats(Metres));
        File.Delete(_folder["masks/0.png"]);
        Pair(1, Metres);
        _folder.Write("masks/1.tif", new TiffFile(8, 8) { Samples = 5 }.Write(static (_, _, _) => 1));
        File.Delete(_folder["masks/1.png"]);
        var error = Refused(Config(), ExitCode.Data);
        Assert.Contains("Masks must hold class indices", error);
        Assert.Contains("0: floating point", error);
        Assert.Contains("1: 5 bands", error);
    }

    [Fact]
    public void Bands_are_counted_where_they_are_refused()
    {
        for (var i = 0; i < 4; i++)
        {
            Pair(i, Metres);
            _folder.Write($"images/{i}.tif", new TiffFile(8, 8) { Samples = i == 0 ? 7 : 4 }.Write(static (x, y, s) => (uint)(x + y + s)));
        }

        var error = Refused(Config(), ExitCode.Data);
        Assert.Contains("bands that are no colours", error);
        Assert.Contains("0: 7 bands", error);
        Assert.Contains("1: 4 bands", error);

        // Four are what a net can have.
        _folder.Write("images/0.tif", File.ReadAllBytes(_folder["images/1.tif"]));
        Assert.Equal(4, Dataset.Open((Config() with { Data = Config().Data with { Channels = 4 } }).Loading).Channels);
    }

    [Fact]
    public void Several_pages_are_said()
    {
        for (var i = 0; i < 4; i++)
            Pair(i, Metres);
        var pages = new TiffFile(8, 8) { Pages = 3, Bits = 32, Format = SampleFormat.IEEEFP }.Write(static (x, y, _) => BitConverter.SingleToUInt32Bits(Metres(x, y)));
        _folder.Write("images/2.tif", pages);
        Assert.Contains("1 files hold several pages, of which the first is taken", Dataset.Open(Config().Loading).Summary);
        var report = Inspector.Run(Config(), null).Report;
        Assert.Equal("2: 3 pages", Assert.Single(Assert.Single(report.Warnings, static warning => warning.Kind.StartsWith("Images in files of several pages", StringComparison.Ordinal)).Items));
        Assert.Equal(("tiff", 1, 32), (report.Images[0].Format, report.Images[0].Channels, report.Images[0].Bits));
        Assert.Equal("4 tiff grey floating point", InspectionWords.Of(report.Images[0]));
    }

    private static float Metres(int x, int y) => (x + (8 * y)) % 2 == 0 ? 300 : -100;

    private static byte[] Floats(Func<int, int, float> value) =>
        new TiffFile(8, 8) { Bits = 32, Format = SampleFormat.IEEEFP }.Write((x, y, _) => BitConverter.SingleToUInt32Bits(value(x, y)));

    private void Pair(int number, Func<int, int, float> value)
    {
        _folder.Write($"images/{number}.tif", Floats(value));
        _folder.Grey($"masks/{number}.png", 8, 8, [.. Enumerable.Range(0, 64).Select(static i => (byte)(i / 32))]);
    }

    private RunConfig Config() => new() { Data = new() { Path = _folder.Path }, Train = new() { BatchSize = 2 }, Augment = new() { Preset = AugmentPreset.None } };

    private static string Refused(RunConfig config, ExitCode code)
    {
        var error = Assert.Throws<SegTrainException>(() => Dataset.Open(config.Loading));
        Assert.Equal(code, error.Code);
        return error.Message;
    }
}
