using BitMiracle.LibTiff.Classic;
using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

public sealed class ImageFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    [InlineData(1, 16)]
    [InlineData(3, 16)]
    [InlineData(4, 16)]
    public void Written_png_comes_back(int channels, int bits)
    {
        var image = PixelImage.Allocate(37, 21, channels, bits);
        new Random(1).NextBytes(image.Samples);
        var path = folder.Png("a.png", image);

        var read = ImageFile.Read(path);
        Assert.Equal((37, 21, channels, bits), (read.Width, read.Height, read.Channels, read.Bits));
        Assert.Equal(image.Samples, read.Samples);
        var header = ImageFile.Identify(path);
        Assert.Equal((37, 21, channels, bits, ImageFormat.Png), (header.Width, header.Height, header.Channels, header.Bits, header.Format));
        Assert.Equal(["a.png"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Png_with_one_bit_is_black_and_white() =>
        Expect(1, 8, 1, [255, 0, 255, 0, 255, 255, 0, 0], RawImage.Png(8, 1, 1, 0, [[0b1010_1100]]));

    [Fact]
    public void Png_with_four_bits_is_scaled_to_the_full_range() => Expect(1, 4, 1, [0, 17, 34, 255], RawImage.Png(4, 1, 4, 0, [[0x01, 0x2F]]));

    [Fact]
    public void Png_palette_becomes_its_colours() =>
        Expect(3, 3, 1, [9, 8, 7, 1, 2, 3, 9, 8, 7], RawImage.Png(3, 1, 8, 3, [[1, 0, 1]], ("PLTE", [1, 2, 3, 9, 8, 7])));

    [Fact]
    public void Png_palette_of_greys_is_grey() => Expect(1, 3, 1, [9, 1, 9], RawImage.Png(3, 1, 8, 3, [[1, 0, 1]], ("PLTE", [1, 1, 1, 9, 9, 9])));

    [Fact]
    public void Png_palette_with_transparency_has_alpha() =>
        Expect(4, 2, 1, [9, 8, 7, 255, 1, 2, 3, 50], RawImage.Png(2, 1, 8, 3, [[1, 0]], ("PLTE", [1, 2, 3, 9, 8, 7]), ("tRNS", [50])));

    [Fact]
    public void Png_of_grey_and_alpha_becomes_rgba()
    {
        var file = RawImage.Png(2, 1, 8, 4, [[10, 200, 30, 40]]);
        Expect(4, 2, 1, [10, 10, 10, 200, 30, 30, 30, 40], file);
        Assert.False(ImageFile.Identify(folder.Write("a", file)).IsColor);
    }

    [Fact]
    public void Png_with_a_bad_profile_and_comments_reads() => Expect(
        1, 1, 1, [77], RawImage.Png(1, 1, 8, 0, [[77]], ("iCCP", [1, 0, 0, 1, 2, 3]), ("tEXt", "a\0b"u8.ToArray()), ("gAMA", [0, 0, 0, 0])));

    [Fact]
    public void Png_orientation_is_applied() =>
        Expect(1, 3, 1, [3, 2, 1], RawImage.Png(3, 1, 8, 0, [[1, 2, 3]], ("eXIf", RawImage.Tiff(1, 1, 8, 1, [0], orientation: 2))));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tiff_with_16_bits_reads_in_both_byte_orders(bool bigEndian)
    {
        var path = folder.Write("a.tif", RawImage.Tiff(2, 1, 16, 1, bigEndian ? [1, 2, 3, 4] : [2, 1, 4, 3], bigEndian: bigEndian));
        var image = ImageFile.Read(path);
        Assert.Equal((2, 1, 1, 16), (image.Width, image.Height, image.Channels, image.Bits));
        Assert.Equal([0x0102, 0x0304], image.Words.ToArray());
    }

    [Fact]
    public void Tiff_with_colour_and_alpha_reads()
    {
        Expect(3, 2, 1, [1, 2, 3, 4, 5, 6], RawImage.Tiff(2, 1, 8, 3, [1, 2, 3, 4, 5, 6]));
        Expect(4, 2, 1, [1, 2, 3, 255, 4, 5, 6, 255], RawImage.Tiff(2, 1, 8, 4, [1, 2, 3, 255, 4, 5, 6, 255]));
    }

    [Fact]
    public void Tiff_compressed_by_lzw_and_deflate_reads()
    {
        var pixels = Enumerable.Range(0, 600).Select(static i => (byte)(i * 7)).ToArray();
        Expect(3, 20, 10, pixels, RawImage.Tiff(20, 10, 8, 3, RawImage.Lzw(pixels), compression: 5));
        Expect(3, 20, 10, pixels, RawImage.Tiff(20, 10, 8, 3, RawImage.Deflated(pixels), compression: 8));
    }

    [Fact]
    public void Tiff_palette_becomes_its_colours()
    {
        var map = new int[768];
        (map[1], map[256 + 1], map[512 + 1]) = (0x0A0A, 0x1414, 0x1E1E);
        Expect(3, 2, 1, [10, 20, 30, 0, 0, 0], RawImage.Tiff(2, 1, 8, 1, [1, 0], colorMap: map));
    }

    // Stored as 1 2 3 over 4 5 6; what each of EXIF's orientations shows.
    [Theory]
    [InlineData(1, 3, new byte[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(2, 3, new byte[] { 3, 2, 1, 6, 5, 4 })]
    [InlineData(3, 3, new byte[] { 6, 5, 4, 3, 2, 1 })]
    [InlineData(4, 3, new byte[] { 4, 5, 6, 1, 2, 3 })]
    [InlineData(5, 2, new byte[] { 1, 4, 2, 5, 3, 6 })]
    [InlineData(6, 2, new byte[] { 4, 1, 5, 2, 6, 3 })]
    [InlineData(7, 2, new byte[] { 6, 3, 5, 2, 4, 1 })]
    [InlineData(8, 2, new byte[] { 3, 6, 2, 5, 1, 4 })]
    public void Orientation_turns_the_picture_upright(int orientation, int width, byte[] shown)
    {
        foreach (var bigEndian in new[] { false, true })
            Expect(1, width, 6 / width, shown, RawImage.Tiff(3, 2, 8, 1, [1, 2, 3, 4, 5, 6], orientation, bigEndian));
    }

    [Fact]
    public void Jpeg_reads_grey_colour_and_turned()
    {
        ExpectHalves(RawImage.GreyJpeg, 16, 8, [40], [200], static (x, _) => x < 8);
        ExpectHalves(RawImage.ProgressiveRgbJpeg, 16, 8, [200, 40, 40], [40, 40, 200], static (x, _) => x < 8);
        ExpectHalves(RawImage.TurnedJpeg, 8, 16, [40], [200], static (_, y) => y < 8);
    }

    [Fact]
    public void Jpeg_may_carry_something_behind_its_end() =>
        ExpectHalves([.. RawImage.ProgressiveRgbJpeg, .. "trailer"u8], 16, 8, [200, 40, 40], [40, 40, 200], static (x, _) => x < 8);

    [Fact]
    public void Bmp_reads_colour_palette_and_one_bit()
    {
        Expect(3, 2, 2, [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10], RawImage.Bmp(2, 2, 24, [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]));
        Expect(3, 2, 1, [3, 2, 1, 30, 20, 10], RawImage.Bmp(2, 1, 8, [[0, 1]], [1, 2, 3, 0, 10, 20, 30, 0]));
        Expect(3, 2, 1, [3, 2, 1, 6, 5, 4], RawImage.Bmp(2, 1, 32, [[1, 2, 3, 0, 4, 5, 6, 0]]));
        Expect(1, 2, 1, [5, 9], RawImage.Bmp(2, 1, 8, [[0, 1]], [5, 5, 5, 0, 9, 9, 9, 0]));
        Expect(1, 8, 1, [255, 0, 255, 0, 255, 255, 0, 0], RawImage.Bmp(8, 1, 1, [[0b1010_1100]], [0, 0, 0, 0, 255, 255, 255, 0]));
    }

    public static TheoryData<string, byte[]> WholeFiles => new()
    {
        { "png", RawImage.Png(8, 8, 8, 0, [.. Enumerable.Range(0, 8).Select(static y => Enumerable.Range(0, 8).Select(x => (byte)(x * y * 37)).ToArray())]) },
        { "grey.jpg", RawImage.GreyJpeg },
        { "progressive.jpg", RawImage.ProgressiveRgbJpeg },
        { "bmp", RawImage.Bmp(2, 2, 24, [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]) },
        { "tif", RawImage.Tiff(2, 2, 8, 3, new byte[12]) },
    };

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void A_file_cut_anywhere_is_refused(string name, byte[] whole)
    {
        for (var length = 0; length < whole.Length; length++)
        {
            var path = folder.Write(name, whole[..length]);
            foreach (var read in new Action[] { () => ImageFile.Identify(path), () => ImageFile.Read(path) })
            {
                var error = Assert.Throws<SegTrainException>(read);
                Assert.Equal(ExitCode.Data, error.Code);
                Assert.StartsWith(path + ": ", error.Message);
            }
        }

        Assert.NotNull(ImageFile.Read(folder.Write(name, whole)));
    }

    [Fact]
    public void Damaged_pixels_are_refused()
    {
        var file = RawImage.Png(8, 8, 8, 0, [.. Enumerable.Range(0, 8).Select(static y => new byte[8])]);
        file[^20] ^= 0xFF;
        Refused("", folder.Write("a.png", file));
    }

    [Fact]
    public void Jpeg_damaged_in_the_middle_is_refused()
    {
        var file = (byte[])RawImage.GreyJpeg.Clone();

        // Cleared coded data between the scan's header and the end marker: too few blocks.
        file[^3] = 0xFF;
        file[^4] = 0xFF;
        file[^5] = 0xFF;
        Refused("the pixels are damaged", folder.Write("a.jpg", file));
    }

    [Fact]
    public void What_is_no_image_is_named()
    {
        Refused("no PNG, JPEG, BMP, TIFF or WebP", folder.WriteText("text.png", "hello, this is text"));
        Refused("no PNG, JPEG, BMP, TIFF or WebP", folder.WriteText("short.png", "hi"));
        Refused("empty", folder.WriteText("empty.png", ""));
        Refused("folder", folder.Path);
        Refused("no such file", folder["missing.png"]);
    }

    [Fact]
    public void Absurd_sizes_are_refused_before_memory_is_taken()
    {
        Refused("more than this program reads", folder.Write("a.png", RawImage.Png(60_000, 60_000, 8, 0, [[0]])));
        Refused("more than this program reads", folder.Write("b.png", RawImage.Png(20_000, 20_000, 16, 6, [[0]])));
        Refused("0 x 5", folder.Write("c.png", RawImage.Png(0, 5, 8, 0, [[0]])));
        Refused("-5", folder.Write("d.png", RawImage.Png(-5, 5, 8, 0, [[0]])));
    }

    [Fact]
    public void Many_threads_decode_at_once()
    {
        var image = PixelImage.Allocate(64, 64, 3, 8);
        new Random(2).NextBytes(image.Samples);
        string[] paths =
        [
            folder.Png("a.png", image), folder.Write("b.jpg", RawImage.GreyJpeg), folder.Write("c.jpg", RawImage.ProgressiveRgbJpeg),
            folder.Write("d.tif", RawImage.Tiff(24, 16, 8, 1, RawImage.Lzw(image.Samples[..384]), compression: 5)),
            folder.Write("e.bmp", RawImage.Bmp(24, 16, 24, [.. image.Samples[..1152].Chunk(72)])),
            folder.Write("f.webp", RawWebp.Lossless(24, 16, 3, 250, [.. image.Samples[..384].Select(static sample => sample > 99)])),
            folder.Write("g.tif", new TiffFile(24, 16) { Compression = Compression.DEFLATE, Samples = 3, Separate = true, Tile = 16 }.Write((x, y, s) => image.Samples[x + y + s])),
        ];
        var expected = paths.Select(static path => ImageFile.Read(path).Samples).ToList();
        Assert.Equal(image.Samples, expected[0]);
        Assert.Equal(image.Samples[..384], expected[3]);
        Parallel.For(0, 448, i => Assert.Equal(expected[i % 7], ImageFile.Read(paths[i % 7]).Samples));
    }

    [Fact]
    public void More_opacities_than_colours_are_no_harm()
    {
        var path = folder.Write("a.png", RawImage.Png(1, 1, 8, 3, [[0]], ("PLTE", [1, 2, 3]), ("tRNS", new byte[257])));
        Assert.Equal([1, 2, 3, 0], ImageFile.Read(path).Samples);
    }

    private static void Refused(string reason, string path)
    {
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }

    private void Expect(int channels, int width, int height, byte[] samples, byte[] file)
    {
        var path = folder.Write("image", file);
        var image = ImageFile.Read(path);
        Assert.Equal((width, height, channels, 8), (image.Width, image.Height, image.Channels, image.Bits));
        Assert.Equal(samples, image.Samples);
        var header = ImageFile.Identify(path);
        Assert.Equal((width, height, channels, 8), (header.Width, header.Height, header.DecodedChannels, header.Bits));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void Resized_while_read_is_as_resized_afterwards(int orientation)
    {
        var pixels = new byte[24 * 16 * 3];
        new Random(5).NextBytes(pixels);
        var rows = pixels.Chunk(72).ToArray();
        var files = new[]
        {
            folder.Write("a.png", RawImage.Png(24, 16, 8, 2, rows, ("eXIf", RawImage.Tiff(1, 1, 8, 1, [0], orientation)))),
            folder.Write("a.tif", RawImage.Tiff(24, 16, 8, 3, pixels, orientation)),
            folder.Write("a.bmp", RawImage.Bmp(24, 16, 24, rows)),
        };
        foreach (var path in files)
        {
            var whole = ImageFile.Read(path);
            foreach (var size in new[] { (8, 6), (12, 8), (30, 40), (whole.Width, whole.Height) })
            {
                Assert.Equal(Resample.Area(whole, size.Item1, size.Item2).Samples, ImageFile.Read(path, Sampling.Area, (whole.Width, whole.Height), size).Samples);
                Assert.Equal(Resample.Nearest(whole, size.Item1, size.Item2).Samples, ImageFile.Read(path, Sampling.Nearest, (whole.Width, whole.Height), size).Samples);
            }

            var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path, Sampling.Area, (5, 5), (2, 2)));
            Assert.Contains("had 5 x 5 at the start", error.Message);
        }
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(5, 3)]
    [InlineData(2, 1)]
    public void Jpeg_decoded_at_a_fraction_of_its_size_is_the_same_picture(int width, int height)
    {
        foreach (var file in new[] { RawImage.GreyJpeg, RawImage.ProgressiveRgbJpeg })
        {
            var path = folder.Write("a.jpg", file);
            var (reduced, whole) = (ImageFile.Read(path, Sampling.Area, (16, 8), (width, height)), Resample.Area(ImageFile.Read(path), width, height));
            Assert.Equal((width, height, whole.Channels), (reduced.Width, reduced.Height, reduced.Channels));
            Assert.All(reduced.Samples.Zip(whole.Samples), static pair => Assert.InRange(pair.First, pair.Second - 4, pair.Second + 4));
        }
    }

    // JPEG is lossy: decoders may differ by a few levels.
    private void ExpectHalves(byte[] file, int width, int height, byte[] first, byte[] second, Func<int, int, bool> isFirst)
    {
        var image = ImageFile.Read(folder.Write("image", file));
        Assert.Equal((width, height, first.Length), (image.Width, image.Height, image.Channels));
        for (var i = 0; i < image.Samples.Length; i++)
        {
            var pixel = i / image.Channels;
            var expected = (isFirst(pixel % width, pixel / width) ? first : second)[i % image.Channels];
            Assert.InRange(image.Samples[i], expected - 4, expected + 4);
        }
    }
}
