using BitMiracle.LibTiff.Classic;
using TiffPredictor = BitMiracle.LibTiff.Classic.Predictor;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>Every way in which a TIFF file may keep the same pixels, each written by the library from known samples and read back pixel for pixel.</summary>
public sealed class TiffKindTests : IDisposable
{
    private const int Width = 37;
    private const int Height = 21;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    public void Every_depth_reads_at_full_range_and_white_is_white(int bits)
    {
        var (most, full) = ((1u << bits) - 1, bits > 8 ? 65535u : 255u);
        foreach (var bigEndian in new[] { false, true })
        {
            foreach (var samples in new[] { 1, 3 })
            {
                Expect(
                    new(Width, Height) { Bits = bits, Samples = samples, BigEndian = bigEndian, Photometric = samples == 1 ? Photometric.MINISBLACK : Photometric.RGB },
                    Noise(most),
                    value => Scaled(value));
            }

            Expect(new(Width, Height) { Bits = bits, BigEndian = bigEndian, Photometric = Photometric.MINISWHITE }, Noise(most), value => full - Scaled(value));
        }

        // Rounded to the nearest level; 12 bits: 1 is 65535 / 4095 = 16.004, and 2048 is 32775.5.
        uint Scaled(uint value) => (uint)Math.Round(value * (double)full / most, MidpointRounding.AwayFromZero);
    }

    public static TheoryData<Compression, TiffPredictor, int> Kinds
    {
        get
        {
            var data = new TheoryData<Compression, TiffPredictor, int>();
            foreach (var tile in new[] { 0, 16, 48 })
            {
                foreach (var compression in new[] { Compression.NONE, Compression.LZW, Compression.PACKBITS, Compression.DEFLATE, Compression.ADOBE_DEFLATE })
                {
                    data.Add(compression, TiffPredictor.NONE, tile);
                    if (compression is not (Compression.NONE or Compression.PACKBITS))
                        data.Add(compression, TiffPredictor.HORIZONTAL, tile);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_compression_reads_in_strips_and_tiles_chunky_and_planar(Compression compression, TiffPredictor predictor, int tile)
    {
        foreach (var bits in predictor == TiffPredictor.NONE ? new[] { 8, 12, 16 } : [8, 16])
        {
            var (most, full) = ((1u << bits) - 1, bits > 8 ? 65535.0 : 255);

            // Differences of swapped words the library writes otherwise than TIFF has them.
            var swapped = predictor == TiffPredictor.NONE || bits == 8;
            foreach (var (samples, separate, bigEndian) in new[] { (1, false, false), (3, false, swapped), (3, true, false), (4, true, swapped) })
            {
                Expect(
                    new(Width, Height)
                    {
                        Compression = compression, Predictor = predictor, Tile = tile, Bits = bits, Samples = samples, Separate = separate, BigEndian = bigEndian,
                        Photometric = samples == 1 ? Photometric.MINISBLACK : Photometric.RGB, Extra = samples == 4 ? [ExtraSample.UNASSALPHA] : [],
                    },
                    Noise(most),
                    value => (uint)Math.Round(value * full / most, MidpointRounding.AwayFromZero));
            }
        }
    }

    [Theory]
    [InlineData(Compression.CCITTRLE, (Group3Opt)0)]
    [InlineData(Compression.CCITTFAX3, (Group3Opt)0)]
    [InlineData(Compression.CCITTFAX3, Group3Opt.ENCODING2D)]
    [InlineData(Compression.CCITTFAX3, Group3Opt.ENCODING2D | Group3Opt.FILLBITS)]
    [InlineData(Compression.CCITTFAX4, (Group3Opt)0)]
    public void Fax_codes_read(Compression compression, Group3Opt options)
    {
        // Runs of seven and single pixels, as scanned pages have.
        static uint Page(int x, int y, int s) => (uint)((x / 7) + (y / 3) + (x == y ? 1 : 0)) & 1;
        foreach (var tile in new[] { 0, 16 })
        {
            foreach (var order in new[] { FillOrder.MSB2LSB, FillOrder.LSB2MSB })
            {
                var file = new TiffFile(Width, Height) { Bits = 1, Compression = compression, Fax = options, Tile = tile, FillOrder = order };
                Expect(file, Page, static value => value * 255);
                Expect(file with { Photometric = Photometric.MINISWHITE }, Page, static value => 255 - (value * 255));
            }
        }
    }

    private static Func<int, int, int, uint> Noise(uint most) => (x, y, s) => (uint)(((x * 7919) + (y * 104729) + (s * 1299709) + (x * y * 31)) & most);

    private void Expect(TiffFile kind, Func<int, int, int, uint> sample, Func<uint, uint> shown)
    {
        var path = folder.Write("a.tif", kind.Write(sample));
        var image = ImageFile.Read(path);
        Assert.Equal((kind.Width, kind.Height, kind.Samples, kind.Bits > 8 ? 16 : 8), (image.Width, image.Height, image.Channels, image.Bits));
        for (var i = 0; i < kind.Width * kind.Height * kind.Samples; i++)
        {
            var (x, y, s) = (i / kind.Samples % kind.Width, i / kind.Samples / kind.Width, i % kind.Samples);
            if (shown(sample(x, y, s)) is var expected && expected != (image.Bits == 8 ? image.Samples[i] : image.Words[i]))
                Assert.Fail($"{kind}: sample {s} at x {x}, y {y} is {(image.Bits == 8 ? image.Samples[i] : image.Words[i])}, not {expected}");
        }
    }
}
