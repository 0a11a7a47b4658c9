using BitMiracle.LibTiff.Classic;
using TiffPredictor = BitMiracle.LibTiff.Classic.Predictor;
using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>What the samples of a TIFF file mean, and what is refused by name.</summary>
public sealed class TiffContentTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Photometric.MINISBLACK, 1, 1, false)]
    [InlineData(Photometric.RGB, 3, 1, false)]
    [InlineData(Photometric.RGB, 3, 1, true)]
    [InlineData(Photometric.YCBCR, 3, 1, false)]
    [InlineData(Photometric.YCBCR, 3, 2, false)]
    public void Jpeg_inside_reads_in_strips_and_tiles(Photometric photometric, int samples, int subsampling, bool separate)
    {
        // Flat blocks as large as those that the code transforms, so that it loses next to nothing; where colours are halved, none goes beyond the edge.
        static uint Block(int x, int y, int s) => (uint)(30 + (((x / 16 * 70) + (y / 16 * 90) + (s * 50)) % 200));
        var (width, height) = subsampling == 1 ? (40, 37) : (48, 32);
        foreach (var tile in new[] { 0, 16 })
        {
            var file = new TiffFile(width, height)
            {
                Compression = Compression.JPEG, Photometric = photometric, Samples = samples, Subsampling = subsampling, Separate = separate, Tile = tile, RowsPerStrip = 16,
            };
            var image = ImageFile.Read(folder.Write("a.tif", file.Write(Block)));
            Assert.Equal((width, height, samples, 8), (image.Width, image.Height, image.Channels, image.Bits));
            for (var i = 0; i < image.Samples.Length; i++)
            {
                var expected = (int)Block(i / samples % width, i / samples / width, i % samples);
                Assert.InRange(image.Samples[i], expected - 2, expected + 2);
            }
        }
    }

    [Fact]
    public void Jpeg_of_the_oldest_kind_reads_where_it_is_whole()
    {
        var image = ImageFile.Read(folder.Write("a.tif", RawImage.Tiff(16, 8, 8, 1, RawImage.GreyJpeg, orientation: 3, compression: 6, more: [(513, 4, 0)])));
        Assert.Equal((16, 8, 1), (image.Width, image.Height, image.Channels));
        Assert.All(image.Samples.Index(), static sample => Assert.InRange(sample.Item, sample.Index % 16 < 8 ? 196 : 36, sample.Index % 16 < 8 ? 204 : 44));
        Refused("tables apart", RawImage.Tiff(16, 8, 8, 1, RawImage.GreyJpeg, compression: 6));
    }

    [Theory]
    [InlineData(Compression.NONE, TiffPredictor.NONE)]
    [InlineData(Compression.LZW, TiffPredictor.NONE)]
    [InlineData(Compression.LZW, TiffPredictor.HORIZONTAL)]
    [InlineData(Compression.DEFLATE, TiffPredictor.FLOATINGPOINT)]
    public void Floating_point_is_kept_as_it_is(Compression compression, TiffPredictor predictor)
    {
        static float Value(int x, int y, int s) => ((x * 1.7f) - (y * 1e6f) + (s * 1e-5f)) * (x % 3 - 1);
        foreach (var (samples, tile, separate) in new[] { (1, 0, false), (3, 0, false), (3, 16, true), (5, 16, false) })
        {
            var file = new TiffFile(21, 19)
            {
                Bits = 32, Format = SampleFormat.IEEEFP, Samples = samples, Compression = compression, Predictor = predictor, Tile = tile, Separate = separate,
                Photometric = samples == 3 ? Photometric.RGB : Photometric.MINISBLACK, BigEndian = predictor == TiffPredictor.NONE && samples == 1,
            };
            var path = folder.Write("a.tif", file.Write(static (x, y, s) => BitConverter.SingleToUInt32Bits(Value(x, y, s))));
            var image = ImageFile.Read(path);
            Assert.Equal((21, 19, samples, 32), (image.Width, image.Height, image.Channels, image.Bits));
            for (var i = 0; i < image.Floats.Length; i++)
                Assert.Equal(Value(i / samples % 21, i / samples / 21, i % samples), image.Floats[i]);
            Assert.Equal((samples == 5, samples), (ImageFile.Identify(path).HasBands, ImageFile.Identify(path).DecodedChannels));
        }
    }

    // Differences of 0x0102, 0x0305 and 0x0000 in either byte order: 0x0102, 0x0203, 0xFCFB.
    [Fact]
    public void Differences_of_words_read_in_both_byte_orders()
    {
        foreach (var bigEndian in new[] { false, true })
        {
            byte[] stored = bigEndian ? [1, 2, 2, 3, 0xFC, 0xFB] : [2, 1, 3, 2, 0xFB, 0xFC];
            var image = ImageFile.Read(folder.Write("a.tif", RawImage.Tiff(3, 1, 16, 1, RawImage.Deflated(stored), bigEndian: bigEndian, compression: 8, more: [(317, 3, 2)])));
            Assert.Equal([0x0102, 0x0305, 0], image.Words.ToArray());
        }
    }

    // 1.0f is 3F 80 00 00 and -2.0f is C0 00 00 00: by places 3F C0 | 80 00 | 00 00 | 00 00, each less the one before, whatever the byte order of the file.
    [Fact]
    public void Differences_of_floats_read_in_both_byte_orders()
    {
        foreach (var bigEndian in new[] { false, true })
        {
            byte[] stored = [0x3F, 0x81, 0xC0, 0x80, 0, 0, 0, 0];
            var image = ImageFile.Read(folder.Write("a.tif", RawImage.Tiff(2, 1, 32, 1, RawImage.Deflated(stored), bigEndian: bigEndian, compression: 8, more: [(317, 3, 3), (339, 3, 3)])));
            Assert.Equal([1f, -2f], image.Floats.ToArray());
        }
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void What_is_no_number_is_refused_where_it_stands(float value, string shown)
    {
        var file = new TiffFile(5, 4) { Bits = 32, Format = SampleFormat.IEEEFP, Samples = 3, Photometric = Photometric.RGB };
        Refused($"x 3, y 2 is {shown}", file.Write((x, y, s) => BitConverter.SingleToUInt32Bits((x, y, s) == (3, 2, 1) ? value : 1)));
    }

    [Theory]
    [InlineData(8, false)]
    [InlineData(16, true)]
    public void Any_number_of_bands_is_decoded(int bits, bool separate)
    {
        var path = folder.Write("a.tif", new TiffFile(19, 6) { Bits = bits, Samples = 7, Separate = separate, Compression = Compression.LZW, Extra = new ExtraSample[6] }.Write(Value));
        var (header, image) = (ImageFile.Identify(path), ImageFile.Read(path));
        Assert.Equal((true, 7, 7, bits), (header.HasBands, header.Channels, image.Channels, image.Bits));
        for (var i = 0; i < 19 * 6 * 7; i++)
            Assert.Equal(Value(i / 7 % 19, i / 7 / 19, i % 7), bits == 8 ? image.Samples[i] : image.Words[i]);

        // Two samples are grey and opacity only where the file says so.
        Assert.True(ImageFile.Identify(folder.Write("b.tif", new TiffFile(3, 3) { Samples = 2, Extra = [ExtraSample.UNSPECIFIED] }.Write(Value))).HasBands);
        Assert.False(ImageFile.Identify(folder.Write("c.tif", new TiffFile(3, 3) { Samples = 3 }.Write(Value))).HasBands);

        static uint Value(int x, int y, int s) => (uint)((x * 8) + (y * 3) + (s * 13));
    }

    [Theory]
    [InlineData(ExtraSample.ASSOCALPHA)]
    [InlineData(ExtraSample.UNASSALPHA)]
    public void Opacity_and_the_colours_under_it_are_as_stored(ExtraSample extra)
    {
        var rgba = new TiffFile(2, 1) { Samples = 4, Photometric = Photometric.RGB, Extra = [extra] };
        Assert.Equal([10, 20, 30, 40, 11, 21, 31, 41], ImageFile.Read(folder.Write("a.tif", rgba.Write(static (x, _, s) => (uint)(x + (10 * (s + 1)))))).Samples);

        var grey = new TiffFile(2, 1) { Samples = 2, Extra = [extra] };
        Assert.Equal([10, 10, 10, 20, 11, 11, 11, 21], ImageFile.Read(folder.Write("b.tif", grey.Write(static (x, _, s) => (uint)(x + (10 * (s + 1)))))).Samples);
        Assert.Equal(
            [245, 245, 245, 20, 244, 244, 244, 21],
            ImageFile.Read(folder.Write("c.tif", (grey with { Photometric = Photometric.MINISWHITE }).Write(static (x, _, s) => (uint)(x + (10 * (s + 1)))))).Samples);
        Assert.Equal([1000, 1000, 1000, 7], ImageFile.Read(folder.Write("d.tif", new TiffFile(1, 1) { Bits = 16, Samples = 2, Extra = [extra] }.Write(static (_, _, s) => s == 0 ? 1000u : 7))).Words.ToArray());
    }

    // Paper less the ink, less the black over it: 255 - 55 = 200 and 255 - 153 = 102, 200 * 102 / 255 = 80.
    [Fact]
    public void Inks_become_colours()
    {
        var file = new TiffFile(2, 1) { Samples = 4, Photometric = Photometric.SEPARATED };
        uint[][] inks = [[55, 0, 255, 153], [0, 0, 0, 0]];
        Assert.Equal([80, 102, 0, 255, 255, 255], ImageFile.Read(folder.Write("a.tif", file.Write((x, _, s) => inks[x][s]))).Samples);
        Assert.Equal(
            [80 * 257, 102 * 257, 0, 65535, 65535, 65535],
            ImageFile.Read(folder.Write("a.tif", (file with { Bits = 16 }).Write((x, _, s) => inks[x][s] * 257))).Words.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_palette_of_any_depth_becomes_its_colours(int bits)
    {
        var count = 1 << bits;
        ushort[][] map = [[.. Enumerable.Range(0, count).Select(i => (ushort)((255 - i) * 257))], [.. Enumerable.Range(0, count).Select(static i => (ushort)(i * 256))], new ushort[count]];
        var file = new TiffFile(9, 5) { Bits = bits, Photometric = Photometric.PALETTE, Palette = map };
        var image = ImageFile.Read(folder.Write("a.tif", file.Write((x, y, _) => (uint)((x + y) % count))));
        Assert.Equal(3, image.Channels);
        for (var i = 0; i < 45; i++)
            Assert.Equal([(byte)(255 - (((i % 9) + (i / 9)) % count)), (byte)(((i % 9) + (i / 9)) % count), 0], image.Samples[(3 * i)..(3 * i + 3)]);

        // Some programs fill only the lower half of the 16 bits.
        file = file with { Palette = [[.. map[0].Select(static value => (ushort)(value >> 8))], [.. map[1].Select(static value => (ushort)(value >> 8))], map[2]] };
        Assert.Equal(image.Samples, ImageFile.Read(folder.Write("b.tif", file.Write((x, y, _) => (uint)((x + y) % count)))).Samples);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Big_files_read_in_both_byte_orders(bool bigEndian)
    {
        byte[] pixels = [.. Enumerable.Range(0, 33 * 20 * 2).Select(static i => (byte)(i * 7))];
        var strips = new (int?, int)[] { (0, 33 * 12 * 2), (33 * 12 * 2, 33 * 8 * 2) };
        var image = ImageFile.Read(folder.Write("a.tif", RawImage.Tiff(33, 20, 16, 1, pixels, bigEndian: bigEndian, strips: strips, rowsPerStrip: 12, big: true)));
        for (var i = 0; i < image.Words.Length; i++)
            Assert.Equal(bigEndian ? (pixels[2 * i] << 8) | pixels[(2 * i) + 1] : pixels[2 * i] | (pixels[(2 * i) + 1] << 8), image.Words[i]);
        image = ImageFile.Read(folder.Write("b.tif", RawImage.Tiff(33, 20, 8, 2, RawImage.Lzw(pixels), bigEndian: bigEndian, compression: 5, more: [(338, 3, 2)], big: true)));
        Assert.Equal(pixels[^1], image.Samples[^1]);
    }

    [Fact]
    public void Blocks_that_are_not_there_are_black()
    {
        // Strips of two rows, of which the second has no place.
        var file = RawImage.Tiff(2, 4, 8, 1, [1, 2, 3, 4], strips: [(0, 4), (null, 0)], rowsPerStrip: 2);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0], ImageFile.Read(folder.Write("a.tif", file)).Samples);
        Refused("truncated", RawImage.Tiff(2, 4, 8, 1, [1, 2, 3, 4], strips: [(0, 4), (null, 4)], rowsPerStrip: 2));
        Refused("1 of 2 blocks", RawImage.Tiff(2, 4, 8, 1, [1, 2, 3, 4], strips: [(0, 4)], rowsPerStrip: 2));
    }

    [Fact]
    public void The_first_of_several_pages_is_read()
    {
        var path = folder.Write("a.tif", new TiffFile(3, 2) { Pages = 3 }.Write(static (x, y, _) => (uint)(x + (10 * y))));
        Assert.Equal([0, 1, 2, 10, 11, 12], ImageFile.Read(path).Samples);
        Assert.Equal(3, ImageFile.Identify(path).Pages);
        Assert.Equal(1, ImageFile.Identify(folder.Write("b.tif", new TiffFile(3, 2).Write(static (_, _, _) => 0))).Pages);
    }

    [Fact]
    public void What_is_not_read_is_named()
    {
        foreach (var (compression, name) in new[] { (50000, "Zstandard"), (50001, "WebP"), (34925, "LZMA"), (34887, "LERC"), (34712, "JPEG 2000"), (32771, "whole words"), (32908, "32908") })
            Refused(name, RawImage.Tiff(1, 1, 8, 1, [1], compression: compression));
        foreach (var (bits, format, name) in new[] { (16, 2, "signed"), (32, 1, "32-bit integer"), (64, 3, "64-bit floating"), (16, 3, "16-bit floating"), (24, 1, "24-bit integer") })
            Refused(name, RawImage.Tiff(1, 1, bits, 1, new byte[8], more: [(339, 3, format)]));
        foreach (var (photometric, name) in new[] { (8, "L*a*b*"), (6, "YCbCr"), (32844, "32844") })
            Refused(name, RawImage.Tiff(1, 1, 8, 3, new byte[3], photometric: photometric));
        Refused("transparency mask", RawImage.Tiff(1, 1, 8, 1, new byte[1], photometric: 4));
        Refused("predictor 3", RawImage.Tiff(1, 1, 8, 1, RawImage.Deflated([1]), compression: 8, more: [(317, 3, 3)]));
        Refused("predictor 2 for 4 bits", RawImage.Tiff(1, 1, 4, 1, RawImage.Deflated([1]), compression: 8, more: [(317, 3, 2)]));
        Refused("more than this program reads", RawImage.Tiff(60_000, 60_000, 8, 1, [1], compression: 5));
        Refused("truncated", RawImage.Tiff(60_000, 60_000, 8, 1, [1]));
    }

    [Theory]
    [InlineData(Compression.NONE)]
    [InlineData(Compression.LZW)]
    [InlineData(Compression.PACKBITS)]
    [InlineData(Compression.DEFLATE)]
    [InlineData(Compression.JPEG)]
    [InlineData(Compression.CCITTRLE)]
    [InlineData(Compression.CCITTFAX3)]
    [InlineData(Compression.CCITTFAX4)]
    public void Missing_pixels_are_never_made_up(Compression compression)
    {
        var kind = new TiffFile(64, 40) { Compression = compression, RowsPerStrip = 40, Bits = compression.ToString().StartsWith("CCITT", StringComparison.Ordinal) ? 1 : 8 };
        var strip = compression == Compression.JPEG ? RawImage.GreyJpeg : kind.WriteStrip(static (x, y, _) => (uint)(((x * 7919) + (y * 104729)) >> 3));
        var (width, height) = compression == Compression.JPEG ? (16, 8) : (64, 40);
        Assert.NotNull(ImageFile.Read(folder.Write("a.tif", RawImage.Tiff(width, height, kind.Bits, 1, strip, compression: (int)compression))));
        for (var parts = 1; parts < 8; parts++)
            Refused("", RawImage.Tiff(width, height, kind.Bits, 1, strip[..(strip.Length * parts / 8)], compression: (int)compression));
    }

    private void Refused(string reason, byte[] file)
    {
        var path = folder.Write("refused.tif", file);
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
