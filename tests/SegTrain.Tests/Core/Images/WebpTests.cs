using SegTrain.Core;
using SegTrain.Core.Images;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace SegTrain.Tests.Core.Images;

public sealed class WebpTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static readonly bool[] Pattern = [true, false, false, true, true, false];

    [Fact]
    public void Lossless_pictures_read_bit_by_bit()
    {
        Expect(3, 2, 3, [9, 200, 5, 9, 7, 5, 9, 7, 5, 9, 200, 5, 9, 200, 5, 9, 7, 5], RawWebp.Lossless(3, 2, 7, 200, Pattern, red: 9, blue: 5));
        Expect(2, 1, 4, [9, 200, 5, 60, 9, 7, 5, 60], RawWebp.Lossless(2, 1, 7, 200, Pattern[..2], 9, 5, alpha: 60));

        // Colours under full transparency are still there.
        Expect(2, 1, 4, [9, 200, 5, 0, 9, 7, 5, 0], RawWebp.Lossless(2, 1, 7, 200, Pattern[..2], 9, 5, alpha: 0));
    }

    [Fact]
    public void Extended_files_are_turned_upright()
    {
        // As stored: a b c over d e f; to be turned clockwise, so d a over e b over f c.
        var exif = RawImage.Tiff(1, 1, 8, 1, [0], orientation: 6);
        var file = RawWebp.Riff(RawWebp.Extended(3, 2, 8), RawWebp.Chunk(RawWebp.Lossless(3, 2, 7, 200, Pattern)), ("EXIF", exif));
        var image = ImageFile.Read(folder.Write("a.webp", file));
        Assert.Equal((2, 3), (image.Width, image.Height));
        Assert.Equal([200, 200, 200, 7, 7, 7], image.Samples.Where(static (_, i) => i % 3 == 1));
    }

    [Theory]
    [InlineData(WebpFileFormatType.Lossless, 0)]
    [InlineData(WebpFileFormatType.Lossy, 8)]
    public void Written_pictures_come_back(WebpFileFormatType kind, int tolerance)
    {
        foreach (var alpha in new[] { false, true })
        {
            using var image = new SixLabors.ImageSharp.Image<Rgba32>(40, 24);
            for (var i = 0; i < 40 * 24; i++)
                image[i % 40, i / 40] = new((byte)(i % 40 * 6), (byte)(i / 40 * 10), 90, (byte)(alpha ? 100 + (i % 40) : 255));
            using var file = new MemoryStream();
            image.Save(file, new WebpEncoder { FileFormat = kind, Quality = 100 });
            var read = ImageFile.Read(folder.Write("a.webp", file.ToArray()));
            Assert.Equal((40, 24, alpha), (read.Width, read.Height, read.Channels == 4));
            for (var i = 0; i < 40 * 24 * read.Channels; i++)
            {
                var pixel = image[i / read.Channels % 40, i / read.Channels / 40];
                var expected = (i % read.Channels) switch { 0 => pixel.R, 1 => pixel.G, 2 => pixel.B, _ => pixel.A };
                Assert.InRange(read.Samples[i], expected - tolerance, expected + tolerance);
            }
        }
    }

    [Fact]
    public void What_is_cut_or_moving_is_refused()
    {
        var file = RawWebp.Lossless(3, 2, 7, 200, Pattern);
        for (var length = 0; length < file.Length; length++)
            Refused("", file[..length]);
        Refused("animation", RawWebp.Riff(RawWebp.Extended(3, 2, 2), ("ANIM", new byte[6]), RawWebp.Chunk(file)));
        Refused("no picture", RawWebp.Riff(RawWebp.Extended(3, 2, 0)));
        Refused("damaged", RawWebp.Riff(RawWebp.Extended(4, 2, 0), RawWebp.Chunk(file)));
        Refused("damaged", RawWebp.Riff(("VP8 ", new byte[20])));

        // One colour takes no bits at all, so that any size could be claimed.
        Refused("more than", RawWebp.Lossless(16_383, 16_383, 7, 200, []));
    }

    private void Expect(int width, int height, int channels, byte[] samples, byte[] file)
    {
        var path = folder.Write("a.webp", file);
        var image = ImageFile.Read(path);
        Assert.Equal((width, height, channels, 8), (image.Width, image.Height, image.Channels, image.Bits));
        Assert.Equal(samples, image.Samples);
        Assert.Equal(ImageFormat.Webp, ImageFile.Identify(path).Format);
    }

    private void Refused(string reason, byte[] file)
    {
        var path = folder.Write("refused.webp", file);
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
