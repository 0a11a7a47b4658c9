using BitMiracle.LibTiff.Classic;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Images;

/// <summary>Libraries that write to the terminal by themselves are kept from it.</summary>
public sealed class SilentLibrariesTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Damaged_files_are_named_by_the_program_alone()
    {
        static uint Noise(int x, int y, int s) => (uint)((x * 7919) + (y * 104729) + s);
        var kind = new TiffFile(16, 8) { RowsPerStrip = 8 };
        var lzw = (kind with { Compression = Compression.LZW }).WriteStrip(Noise);
        var fax = (kind with { Compression = Compression.CCITTFAX4, Bits = 1 }).WriteStrip(Noise);
        byte[][] files =
        [
            RawImage.Tiff(16, 8, 8, 1, lzw[..^20], compression: 5),
            RawImage.Tiff(16, 8, 1, 1, [.. fax[..^8], 0, 0, 0, 0, 0, 0, 0, 0], compression: 4),
            RawImage.Tiff(16, 8, 8, 1, [.. RawImage.GreyJpeg[..^5], 0xFF, 0xFF, 0xFF, 0xFF, 0xD9], compression: 7),
            [.. RawImage.GreyJpeg[..^5], 0xFF, 0xFF, 0xFF, 0xFF, 0xD9],
        ];
        foreach (var (i, file) in files.Index())
        {
            folder.Write($"images/{i}.tif", file);
            folder.Grey($"masks/{i}.png", 16, 8, new byte[128]);
        }

        Assert.Equal((4, ""), RealProgram.Start(folder.Path, "inspect", ".").Ended());
    }
}
