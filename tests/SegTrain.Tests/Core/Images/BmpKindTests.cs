using System.Buffers.Binary;
using SegTrain.Core;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>Windows bitmaps of every kind, byte by byte; kinds that ImageSharp reads otherwise than they are meant are refused.</summary>
public sealed class BmpKindTests : IDisposable
{
    private static readonly byte[] Colors = [.. Enumerable.Range(0, 256).SelectMany(static i => new byte[] { (byte)i, (byte)(255 - i), (byte)(i * 3), 0 })];

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, new byte[] { 0b1010_0000 }, new[] { 1, 0, 1 })]
    [InlineData(4, new byte[] { 0x1F, 0x70 }, new[] { 1, 15, 7 })]
    [InlineData(8, new byte[] { 200, 0, 17 }, new[] { 200, 0, 17 })]
    public void Palettes_read(int bits, byte[] row, int[] indices)
    {
        var palette = Colors[..(4 << bits)];
        Expect(3, 1, [.. indices.SelectMany(Shown)], RawImage.Bmp(3, 1, bits, [row], palette));

        // As OS/2 had it: 12 bytes of header and three for each colour.
        byte[] core = [.. Small(12), .. Half(3), .. Half(1), .. Half(1), .. Half(bits), .. palette.Chunk(4).SelectMany(static color => color[..3]), .. row, .. new byte[4 - row.Length]];
        Expect(3, 1, [.. indices.SelectMany(Shown)], File(core, 14 + core.Length - 4));
    }

    [Fact]
    public void Words_and_masks_read()
    {
        // Three times five bits, each 31 at most: 10 is 10 * 8 + 10 / 4 = 82.
        Expect(2, 1, [82, 0, 255, 255, 255, 0], RawImage.Bmp(2, 1, 16, [[.. Half((10 << 10) | 31), .. Half((31 << 10) | (31 << 5))]]));
        Expect(2, 1, [82, 0, 255, 0, 130, 0], Masked(16, [0xF800, 0x7E0, 0x1F], [.. Half((10 << 11) | 31), .. Half(32 << 5)]));
        Expect(1, 1, [1, 2, 3], Masked(32, [0xFF, 0xFF00, 0xFF0000], [1, 2, 3, 9]));
        Expect(1, 1, [1, 2, 3], Masked(32, [0xFF000000, 0xFF0000, 0xFF00], [9, 3, 2, 1]));
        Refused("not supported", Masked(16, [0xF00, 0xF0, 0xF], Half(0x123)));
        Refused("not supported", Masked(32, [0x1F, 0x3E0, 0x7C00], Small(0x123)));
        Refused("not supported", Masked(32, [0xFF, 0xFF, 0xFF0000], Small(0x123)));
    }

    [Fact]
    public void Rows_from_the_top_read()
    {
        var file = RawImage.Bmp(1, 2, 24, [[1, 2, 3], [4, 5, 6]]);
        Expect(1, 2, [3, 2, 1, 6, 5, 4], file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -2);
        Expect(1, 2, [6, 5, 4, 3, 2, 1], file);
    }

    // From the bottom: a run of three, and the end of the row; two by themselves and one skipped by the end of the row; nothing more. Skipped pixels are colour 0.
    [Fact]
    public void Runs_read()
    {
        Expect(3, 3, [.. new[] { 0, 0, 0, 5, 9, 0, 7, 7, 7 }.SelectMany(Shown)], RawImage.RunLengthBmp(3, 3, 8, 1, [3, 7, 0, 0, 1, 5, 1, 9, 0, 0, 0, 1]));
        Expect(3, 3, [.. new[] { 0, 0, 0, 5, 9, 1, 7, 7, 7 }.SelectMany(Shown)], RawImage.RunLengthBmp(3, 3, 8, 1, [3, 7, 0, 0, 0, 3, 5, 9, 1, 0, 0, 0, 0, 1]));
        Expect(3, 3, [.. new[] { 0, 0, 0, 5, 9, 0, 7, 8, 7 }.SelectMany(Shown)], RawImage.RunLengthBmp(3, 3, 4, 2, [3, 0x78, 0, 0, 2, 0x59, 0, 0, 0, 1]));
        Refused("damaged", RawImage.RunLengthBmp(3, 3, 8, 1, [3, 7, 0, 0, 1, 5]));
    }

    [Fact]
    public void Other_kinds_are_refused()
    {
        var palette = RawImage.Bmp(1, 1, 8, [[1]], Colors);
        Refused("header of 64 bytes", Changed(palette, 14, 64));
        Refused("2 bits", Changed(palette, 28, 2));
        Refused("in this arrangement", Changed(palette, 30, 4));
        Refused("in this arrangement", Changed(palette, 30, 2));
        Refused("palette", Changed(palette, 46, 300));
        Refused("palette", Changed(RawImage.Bmp(1, 1, 8, [[1]], Colors[..40]), 46, 0));
        Refused("palette", Changed(RawImage.Bmp(8, 1, 1, [[0b1010_1100]], Colors[..12]), 46, 0));
        Refused("damaged", RawImage.Bmp(1, 1, 8, [[11]], Colors[..40]));
    }

    private static byte[] Shown(int index) => [(byte)(index * 3), (byte)(255 - index), (byte)index];

    private static byte[] Masked(int bits, uint[] masks, byte[] row)
    {
        byte[] data = [.. Info(row.Length * 8 / bits, 1, bits, 3, 0), .. masks.SelectMany(BitConverter.GetBytes), .. row, .. new byte[row.Length % 4]];
        return File(data, 14 + 40 + 12);
    }

    private static byte[] Info(int width, int height, int bits, int compression, int colors) =>
        [.. Small(40), .. Small(width), .. Small(height), .. Half(1), .. Half(bits), .. Small(compression), .. new byte[12], .. Small(colors), .. Small(0)];

    private static byte[] File(byte[] data, int pixels) => [.. "BM"u8, .. Small(14 + data.Length), .. Small(0), .. Small(pixels), .. data];

    private static byte[] Small(int value) => BitConverter.GetBytes(value);

    private static byte[] Half(int value) => BitConverter.GetBytes((ushort)value);

    private static byte[] Changed(byte[] file, int at, int value)
    {
        var changed = (byte[])file.Clone();
        Small(value)[..(at == 28 ? 2 : 4)].CopyTo(changed, at);
        return changed;
    }

    private void Expect(int width, int height, byte[] samples, byte[] file)
    {
        var image = ImageFile.Read(folder.Write("a.bmp", file));
        Assert.Equal((width, height, 3, 8), (image.Width, image.Height, image.Channels, image.Bits));
        Assert.Equal(samples, image.Samples);
    }

    private void Refused(string reason, byte[] file)
    {
        var path = folder.Write("refused.bmp", file);
        var error = Assert.Throws<SegTrainException>(() => ImageFile.Read(path));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.StartsWith(path + ": ", error.Message);
        Assert.Contains(reason, error.Message);
    }
}
