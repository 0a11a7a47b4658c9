using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>Windows bitmap: dimensions, palette, whether all rows are there, and whether it is of a kind that ImageSharp reads right.</summary>
internal static class BmpHeader
{
    private const int FileHeader = 14;
    private const int CoreHeader = 12;
    private const int InfoHeader = 40;
    private const int Plain = 0;
    private const int Runs8 = 1;
    private const int Runs4 = 2;
    private const int Masks = 3;
    private const int MasksWithAlpha = 6;

    public static ImageHeader Read(Stream file)
    {
        var data = new byte[FileHeader + InfoHeader];
        file.Position = 0;
        file.ReadExactly(data.AsSpan(0, FileHeader + CoreHeader));
        var size = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(14));
        var core = size == CoreHeader;
        if (!core)
            file.ReadExactly(data.AsSpan(FileHeader + CoreHeader));
        if (!core && size is not (InfoHeader or 52 or 56 or 108 or 124))
            throw new InvalidDataException($"BMP with a header of {size} bytes is not supported");

        var width = core ? BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(18)) : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(18));
        var height = core ? BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(20)) : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(22));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(core ? 24 : 28));
        var compression = core ? Plain : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(30));
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(10));
        var used = core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(46));
        var known = compression switch
        {
            Plain => bits is 1 or 4 or 8 or 16 or 24 or 32,
            Runs8 => bits == 8,
            Runs4 => bits == 4,
            Masks or MasksWithAlpha => HasKnownMasks(file, bits),
            _ => false,
        };
        if (!known)
            throw new InvalidDataException($"BMP with {bits} bits a pixel in this arrangement is not supported");

        // Rows from the top have a negative height. Run-length files have no size to check but the whole file's.
        height = height == int.MinValue ? 0 : Math.Abs(height);
        var coded = compression is Runs8 or Runs4;
        var rows = ((width * (long)bits) + 31) / 32 * 4 * height;
        var needed = coded ? BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(2)) : pixels + rows;
        if (needed > file.Length)
            throw new EndOfStreamException();
        return new ImageHeader
        {
            Format = ImageFormat.Bmp,
            StoredWidth = width,
            StoredHeight = height,
            Channels = bits <= 8 && IsGrey(file, FileHeader + size, bits, used, core ? 3 : 4, pixels) ? 1 : 3,
            Bits = 8,

            // Rows that are not coded were checked above; a run of up to 255 pixels takes two bytes.
            MostPixels = coded ? file.Length * 128 : long.MaxValue,
        };
    }

    // 5, 6 and 5 bits or three times 5, and whole bytes. They stand behind the header, or in it where it is longer.
    private static bool HasKnownMasks(Stream file, int bits)
    {
        Span<byte> masks = stackalloc byte[12];
        file.Position = FileHeader + InfoHeader;
        file.ReadExactly(masks);
        var (red, green, blue) = (BinaryPrimitives.ReadUInt32LittleEndian(masks), BinaryPrimitives.ReadUInt32LittleEndian(masks[4..]), BinaryPrimitives.ReadUInt32LittleEndian(masks[8..]));
        return bits == 16 ? (red, green, blue) is (0xF800, 0x7E0, 0x1F) or (0x7C00, 0x3E0, 0x1F)
            : bits == 32 && new[] { red, green, blue }.All(static mask => mask is 0xFF or 0xFF00 or 0xFF0000 or 0xFF000000) && red != green && green != blue && blue != red;
    }

    private static bool IsGrey(Stream file, int start, int bits, uint used, int entry, uint pixels)
    {
        var count = used == 0 ? 1L << bits : used;

        // Without a number of colours ImageSharp takes the size of one from the room there is.
        if (count > 1 << bits || (used == 0 ? pixels != start + (count * entry) : pixels < start + (count * entry)))
            throw new InvalidDataException("BMP with such a palette is not supported");
        var palette = new byte[count * entry];
        file.Position = start;
        file.ReadExactly(palette);
        return palette.Chunk(entry).All(static c => c[0] == c[1] && c[1] == c[2]);
    }
}
