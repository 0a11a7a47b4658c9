using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>Windows bitmap: dimensions, palette, and whether all rows are there.</summary>
internal static class BmpHeader
{
    private const int FileHeader = 14;
    private const int CoreHeader = 12;

    public static ImageHeader Read(Stream file)
    {
        var data = new byte[FileHeader + 40];
        file.Position = 0;
        file.ReadExactly(data.AsSpan(0, FileHeader + CoreHeader));
        var size = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(14));
        var core = size == CoreHeader;
        if (!core)
            file.ReadExactly(data.AsSpan(FileHeader + CoreHeader));
        if (!core && size is < 40 or > 1024)
            throw new InvalidDataException("the BMP header is damaged");

        var width = core ? BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(18)) : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(18));
        var height = core ? BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(20)) : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(22));
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(core ? 24 : 28));
        var compression = core ? 0 : BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(30));
        var pixels = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(10));
        var used = core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(46));

        // Rows from the top have a negative height. Run-length files have no size to check but the whole file's.
        height = height == int.MinValue ? 0 : Math.Abs(height);
        var rows = ((width * (long)bits) + 31) / 32 * 4 * height;
        var needed = compression is 0 or 3 or 6 ? pixels + rows : BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(2));
        if (needed > file.Length)
            throw new EndOfStreamException();
        return new ImageHeader
        {
            Format = ImageFormat.Bmp,
            StoredWidth = width,
            StoredHeight = height,
            Channels = bits <= 8 && IsGrey(file, FileHeader + size, used is 0 or > 256 ? 1 << bits : (int)used, core ? 3 : 4) ? 1 : 3,
            Bits = 8,

            // Rows that are not coded were checked above; a run of up to 255 pixels takes two bytes.
            MostPixels = compression is 0 or 3 or 6 ? long.MaxValue : file.Length * 128,
        };
    }

    private static bool IsGrey(Stream file, int start, int count, int entry)
    {
        var palette = new byte[count * entry];
        file.Position = start;
        file.ReadExactly(palette);
        return palette.Chunk(entry).All(static c => c[0] == c[1] && c[1] == c[2]);
    }
}
