using System.Buffers.Binary;
using System.Diagnostics;
using BitMiracle.LibTiff.Classic;
using TiffPredictor = BitMiracle.LibTiff.Classic.Predictor;
using SegTrain.Core;
using SegTrain.Core.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace SegTrain.Tests.Core.Images;

/// <summary>
/// Files of every kind with seeded damage: cut, flipped, overwritten, spliced, with huge and zero sizes. Each decodes or gives one error that names
/// it. 600 of them here, SEGTRAIN_FUZZ=10000 for more; the number of a file is its seed.
/// </summary>
public sealed class DamagedFileTests : IDisposable
{
    private static readonly byte[][] Sound = [.. WholeFiles()];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_decodes_or_gives_one_error_in_bounded_time_and_memory()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SEGTRAIN_FUZZ") ?? "600");
        var (decoded, slowest) = (0, TimeSpan.Zero);
        for (var seed = 0; seed < count; seed++)
        {
            var file = Damaged(new Random(seed));
            var path = folder.Write("damaged", file);
            var clock = Stopwatch.StartNew();
            var header = Try(() => ImageFile.Identify(path), path);

            // Blocks of JPEG are whole even where a picture is one pixel wide.
            var block = header is { Format: ImageFormat.Jpeg } ? 16 : 1;
            var declared = header is null ? 0 : Whole(header.StoredWidth, block) * Whole(header.StoredHeight, block) * header.DecodedChannels * header.Bits / 8;

            // Twice for what is decoded before it is resized or turned; buffers' sizes are rounded up; resizing has weights and sums for each column and row.
            var sides = header is null ? 0 : (long)header.StoredWidth + header.StoredHeight;
            var allowed = (6 * declared) + (64 * sides) + 2_000_000;
            var before = GC.GetAllocatedBytesForCurrentThread();
            var whole = Try(() => ImageFile.Read(path), path);
            if (header is not null)
            {
                var resized = Try(() => ImageFile.Read(path, Sampling.Area, (header.Width, header.Height), (7, 5)), path);
                Assert.Equal(whole is null, resized is null);
            }

            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before <= allowed, $"file {seed} took more than {allowed} bytes");
            if (whole is not null)
            {
                Assert.Equal((header!.Width, header.Height, header.DecodedChannels, header.Bits), (whole.Width, whole.Height, whole.Channels, whole.Bits));
                decoded++;
            }

            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"file {seed} took {clock.Elapsed}");
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{count} files, {decoded} decoded, slowest {slowest.TotalMilliseconds:F0} ms, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");

        // Damage that never matters, or always does, would test little.
        Assert.InRange((double)decoded / count, 0.02, 0.9);
    }

    private static long Whole(int side, int block) => ((long)side + block - 1) / block * block;

    private static T? Try<T>(Func<T> read, string path)
        where T : class
    {
        try
        {
            return read();
        }
        catch (SegTrainException e)
        {
            Assert.Equal(ExitCode.Data, e.Code);
            Assert.StartsWith(path + ": ", e.Message);
            return null;
        }
    }

    private static byte[] Damaged(Random random)
    {
        var file = (byte[])Sound[random.Next(Sound.Length)].Clone();
        for (var times = random.Next(1, 4); times > 0 && file.Length > 0; times--)
            file = Damage(file, random);
        if (random.Next(2) == 0)
            MendChecksums(file);
        return file;
    }

    private static byte[] Damage(byte[] file, Random random)
    {
        var at = random.Next(file.Length);
        switch (random.Next(8))
        {
            case 0:
                return file[..at];
            case 1:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 2:
                random.NextBytes(file.AsSpan(at, Math.Min(random.Next(1, 16), file.Length - at)));
                return file;
            case 3:
                var other = Sound[random.Next(Sound.Length)];
                var head = random.Next(Math.Min(64, Math.Min(other.Length, file.Length)));
                return [.. other[..head], .. file[head..]];
            case 4:
                return [.. file[..at], .. file[Math.Min(file.Length, at + random.Next(1, 20))..]];
            case 5:
                return [.. file[..at], .. new byte[random.Next(1, 20)], .. file[at..]];
            default:
                return WithSize(file, random);
        }
    }

    // A side, or any other number near the start, becomes huge, negative or nothing.
    private static byte[] WithSize(byte[] file, Random random)
    {
        uint[] odd = [0, 1, 0x7FFF, 0xFFFF, 0x10000, 40_000, 1 << 20, 0x7FFFFFFF, 0x80000000, uint.MaxValue];
        var value = odd[random.Next(odd.Length)];
        var frame = Math.Max(file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC0]), file.AsSpan().IndexOf([(byte)0xFF, (byte)0xC2]));
        var at = file[0] switch
        {
            0x89 => 16 + (random.Next(2) * 4),
            (byte)'R' => 20 + random.Next(10),
            (byte)'B' => 18 + (random.Next(2) * 4),
            0xFF when frame > 0 => frame + 5 + (random.Next(2) * 2),
            _ => random.Next(Math.Max(1, Math.Min(200, file.Length - 4))),
        };
        if (at + 4 > file.Length)
            return file;
        if (file[0] == 0xFF)
            BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at), (ushort)value);
        else if (file[0] == 0x89)
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        return file;
    }

    // So that damage gets past the first check of a PNG.
    private static void MendChecksums(byte[] file)
    {
        for (var at = 8; file is [0x89, ..] && at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (length < 0 || length > file.Length - at - 12)
                break;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + length), RawImage.Crc32(file[(at + 4)..(at + 8 + length)]));
            at += 12 + length;
        }
    }

    private static IEnumerable<byte[]> WholeFiles()
    {
        var random = new Random(1);
        foreach (var (color, samples, depths) in new[] { (0, 1, new[] { 1, 4, 8, 16 }), (2, 3, [8, 16]), (3, 1, [1, 8]), (4, 2, [8]), (6, 4, [8, 16]) })
        {
            foreach (var depth in depths)
            {
                (string, byte[])[] extra = color == 3 ? [("PLTE", Bytes(768)), ("tRNS", Bytes(3))] : [];
                foreach (var (rows, interlaced) in new[] { (Rows(depth * samples, 24, 16), false), (Passes(depth * samples), true) })
                    yield return RawImage.Png(24, 16, depth, color, rows, interlaced, extra);
            }
        }

        foreach (var jpeg in new[] { RawImage.GreyJpeg, RawImage.ProgressiveRgbJpeg, RawImage.TurnedJpeg })
            yield return jpeg;
        static int[] Wave(int x, int y, int c) => [(x * 90) - (y * 70) + (c * 50), 30, 0, -9, 4];
        foreach (var frame in new byte[] { 0xC0, 0xC2 })
        {
            yield return new RawJpeg(24, 16) { Frame = frame, Sampling = [(2, 2), (1, 1), (1, 1)], RestartInterval = 1 }.Write(Wave);
            yield return new RawJpeg(24, 16) { Frame = frame, Sampling = [(2, 1), (1, 1), (1, 1), (2, 1)], AdobeTransform = 2 }.Write(Wave);
        }

        var dots = Enumerable.Range(0, 24 * 16).Select(static i => i % 5 == 0).ToArray();
        yield return RawWebp.Lossless(24, 16, 0, 255, dots);
        yield return RawWebp.Riff(RawWebp.Extended(24, 16, 0x18), RawWebp.Chunk(RawWebp.Lossless(24, 16, 3, 9, dots, alpha: 7)), ("EXIF", RawImage.Tiff(1, 1, 8, 1, [0], orientation: 6)));
        foreach (var kind in new[] { WebpFileFormatType.Lossless, WebpFileFormatType.Lossy })
        {
            using var picture = new Image<Rgba32>(24, 16, new Rgba32(9, 99, 199, 50));
            using var file = new MemoryStream();
            picture.Save(file, new WebpEncoder { FileFormat = kind });
            yield return file.ToArray();
        }

        var pixels = Bytes(24 * 16 * 3);
        foreach (var bigEndian in new[] { false, true })
        {
            yield return RawImage.Tiff(24, 16, 8, 3, pixels, bigEndian: bigEndian);
            yield return RawImage.Tiff(24, 16, 16, 1, pixels[..768], orientation: 6, bigEndian: bigEndian);
            yield return RawImage.Tiff(24, 16, 8, 3, RawImage.Deflated(pixels), bigEndian: bigEndian, compression: 8);
            yield return RawImage.Tiff(24, 16, 8, 1, RawImage.Lzw(pixels[..384]), bigEndian: bigEndian, compression: 5);
        }

        static uint Noise(int x, int y, int s) => (uint)((x * 7919) + (y * 104729) + (s * 31));
        var tiff = new TiffFile(24, 16);
        foreach (var compression in new[] { Compression.NONE, Compression.LZW, Compression.DEFLATE, Compression.PACKBITS })
        {
            yield return (tiff with { Compression = compression, Tile = 16, Samples = 3, Photometric = Photometric.RGB, Separate = true, Predictor = TiffPredictor.HORIZONTAL }).Write(Noise);
            yield return (tiff with { Compression = compression, Bits = 12, Photometric = Photometric.MINISWHITE, BigEndian = true }).Write(Noise);
            yield return (tiff with { Compression = compression, Bits = 32, Format = SampleFormat.IEEEFP, Predictor = TiffPredictor.FLOATINGPOINT, Samples = 5 }).Write(static (x, y, s) => BitConverter.SingleToUInt32Bits(x + y + s));
        }

        foreach (var compression in new[] { Compression.CCITTRLE, Compression.CCITTFAX3, Compression.CCITTFAX4 })
        {
            yield return (tiff with { Compression = compression, Bits = 1, FillOrder = FillOrder.LSB2MSB, Fax = Group3Opt.ENCODING2D }).Write(Noise);
            yield return (tiff with { Compression = compression, Bits = 1, Tile = 16 }).Write(Noise);
        }

        yield return (tiff with { Compression = Compression.JPEG, Samples = 3, Photometric = Photometric.YCBCR, Subsampling = 2, RowsPerStrip = 16 }).Write(Noise);
        yield return (tiff with { Compression = Compression.JPEG, Tile = 16, Pages = 2 }).Write(Noise);
        yield return RawImage.Tiff(16, 8, 8, 1, RawImage.GreyJpeg, compression: 6, more: [(513, 4, 0)]);
        yield return RawImage.Tiff(24, 16, 16, 1, pixels[..768], big: true, bigEndian: true, strips: [(0, 384), (384, 384)], rowsPerStrip: 8);
        yield return RawImage.Tiff(24, 16, 8, 1, pixels[..384], colorMap: [.. Enumerable.Range(0, 768)]);
        yield return RawImage.Bmp(24, 16, 24, [.. pixels.Chunk(72)]);
        yield return RawImage.Bmp(24, 16, 8, [.. pixels[..384].Chunk(24)], Bytes(1024));
        yield return RawImage.Bmp(24, 16, 1, [.. pixels[..48].Chunk(3)], Bytes(8));
        yield return RawImage.Bmp(24, 16, 16, [.. pixels[..768].Chunk(48)]);
        yield return RawImage.RunLengthBmp(24, 16, 8, 1, [.. Enumerable.Range(0, 16).SelectMany(static y => new byte[] { 20, (byte)y, 0, 4, 1, 2, 3, 4, 0, 0 }), 0, 1]);

        byte[] Bytes(int count)
        {
            var bytes = new byte[count];
            random.NextBytes(bytes);
            return bytes;
        }

        byte[][] Rows(int bits, int width, int height) =>
            [.. Enumerable.Range(0, height).Select(y => (byte[])[(byte)(y % 5), .. Bytes(((width * bits) + 7) / 8)])];

        byte[][] Passes(int bits) =>
            [.. new[] { (3, 2), (3, 2), (6, 2), (6, 4), (12, 4), (12, 8), (24, 8) }.SelectMany(pass => Rows(bits, pass.Item1, pass.Item2))];
    }
}
