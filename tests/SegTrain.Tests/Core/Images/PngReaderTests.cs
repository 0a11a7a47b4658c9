using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>Every layout, filter and order of passes that ISO/IEC 15948 knows, encoded here byte by byte from its definitions.</summary>
public sealed class PngReaderTests : IDisposable
{
    private const int Width = 37;
    private const int Height = 21;

    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<int, int, bool> Layouts
    {
        get
        {
            var data = new TheoryData<int, int, bool>();
            foreach (var (color, depths) in new[] { (0, new[] { 1, 2, 4, 8, 16 }), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]) })
            {
                foreach (var depth in depths)
                {
                    data.Add(color, depth, false);
                    data.Add(color, depth, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Every_layout_reads_with_every_filter(int color, int depth, bool interlaced)
    {
        var samples = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var random = new Random((color * 100) + depth);
        var palette = new byte[3 << Math.Min(depth, 8)];
        random.NextBytes(palette);
        var values = new int[Height, Width, samples];
        foreach (var (x, y, s) in Places(samples))
            values[y, x, s] = random.Next(1 << depth);

        var rows = new List<byte[]>();
        foreach (var (left, top, stepX, stepY) in interlaced ? Passes : [(0, 0, 1, 1)])
            rows.AddRange(Filtered(values, left, top, stepX, stepY, depth, samples));
        (string, byte[])[] extra = color == 3 ? [("PLTE", palette)] : [];
        var image = ImageFile.Read(folder.Write("a.png", RawImage.Png(Width, Height, depth, color, [.. rows], interlaced, extra)));

        Assert.Equal((Width, Height, depth == 16 ? 16 : 8), (image.Width, image.Height, image.Bits));
        Assert.Equal(color switch { 0 => 1, 2 or 3 => 3, _ => 4 }, image.Channels);
        foreach (var (x, y, s) in Places(image.Channels))
        {
            var expected = (color, s) switch
            {
                (0, _) => values[y, x, 0] * (depth < 8 ? 255 / ((1 << depth) - 1) : 1),
                (3, _) => palette[(values[y, x, 0] * 3) + s],
                (4, _) => values[y, x, s / 3],
                _ => values[y, x, s],
            };
            var at = (((y * Width) + x) * image.Channels) + s;
            Assert.Equal(expected, depth == 16 ? image.Words[at] : image.Samples[at]);
        }
    }

    [Fact]
    public void Pixels_are_held_to_their_checksum_and_the_palette_to_its()
    {
        // The last byte before the chunk's own checksum and the end chunk is the last of the stream's checksum.
        var file = RawImage.Png(2, 1, 8, 3, [[1, 0]], ("PLTE", [1, 2, 3, 9, 8, 7]));
        Refused("pixels of the PNG file are damaged", Changed(file, file.Length - 17));
        Refused("header is damaged", Changed(file, file.AsSpan().IndexOf("PLTE"u8) + 5));
        Refused("header is damaged", Changed(file, 19));
        Refused("no palette", RawImage.Png(2, 1, 8, 3, [[1, 0]]));
        Refused("pixels of the PNG file are damaged", RawImage.Png(2, 1, 8, 3, [[1, 7]], ("PLTE", [1, 2, 3, 9, 8, 7])));
        Refused("pixels of the PNG file are damaged", RawImage.Png(2, 1, 8, 0, [[5, 1, 2]], interlaced: true));
    }

    [Fact]
    public void A_picture_that_its_bytes_cannot_hold_is_refused_before_memory_is_taken()
    {
        var file = RawImage.Png(20_000, 20_000, 8, 0, [[0]]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused("bytes can hold", file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        // Black compresses a thousand to one, and that is fine.
        var black = RawImage.Png(3000, 3000, 1, 0, [.. Enumerable.Repeat(new byte[375], 3000)]);
        Assert.InRange(black.Length, 1, 2000);
        Assert.Equal(3000, ImageFile.Read(folder.Write("black.png", black)).Width);
    }

    private static IEnumerable<(int X, int Y, int Sample)> Places(int samples) =>
        from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) from s in Enumerable.Range(0, samples) select (x, y, s);

    // The rows of one pass, each under the next of the five filters.
    private static IEnumerable<byte[]> Filtered(int[,,] values, int left, int top, int stepX, int stepY, int depth, int samples)
    {
        var unit = Math.Max(1, depth * samples / 8);
        byte[]? above = null;
        for (var (y, filter) = (top, left); y < Height && left < Width; y += stepY, filter++)
        {
            var row = Packed(values, y, left, stepX, depth, samples);
            above ??= new byte[row.Length];
            var coded = new byte[row.Length + 1];
            coded[0] = (byte)(filter % 5);
            for (var i = 0; i < row.Length; i++)
            {
                var (a, b, c) = (i < unit ? 0 : row[i - unit], (int)above[i], i < unit ? 0 : above[i - unit]);
                coded[i + 1] = (byte)(row[i] - coded[0] switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => Paeth(a, b, c) });
            }

            yield return coded;
            above = row;
        }
    }

    private static byte[] Packed(int[,,] values, int y, int left, int stepX, int depth, int samples)
    {
        var bits = new List<int>();
        for (var x = left; x < Width; x += stepX)
        {
            for (var s = 0; s < samples; s++)
                bits.AddRange(Enumerable.Range(0, depth).Select(bit => (values[y, x, s] >> (depth - 1 - bit)) & 1));
        }

        return [.. bits.Chunk(8).Select(static eight => (byte)eight.Select(static (bit, i) => bit << (7 - i)).Sum())];
    }

    private static int Paeth(int a, int b, int c)
    {
        var p = a + b - c;
        var (pa, pb, pc) = (Math.Abs(p - a), Math.Abs(p - b), Math.Abs(p - c));
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }

    private static byte[] Changed(byte[] file, int at)
    {
        var changed = (byte[])file.Clone();
        changed[at] ^= 1;
        return changed;
    }

    private void Refused(string reason, byte[] file)
    {
        var path = folder.Write("a.png", file);
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
