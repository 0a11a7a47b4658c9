namespace SegTrain.Core.Images;

/// <summary>TIFF 6.0 and BigTIFF: the first directory, that it is the only full page, and that its strips or tiles are there.</summary>
internal static class TiffHeader
{
    private const int NewSubfileType = 254;

    // JPEG and its like need a bit for a block of 64 pixels.
    private const long MostInBlocks = 64 * 8 * 4;

    private const int ImageWidth = 256;
    private const int ImageLength = 257;
    private const int BitsPerSample = 258;
    private const int Compression = 259;
    private const int Photometric = 262;
    private const int StripOffsets = 273;
    private const int SamplesPerPixel = 277;
    private const int StripByteCounts = 279;
    private const int ColorMap = 320;
    private const int TileOffsets = 324;
    private const int TileByteCounts = 325;
    private const int SampleFormat = 339;

    public static ImageHeader Read(Stream file)
    {
        var reader = TiffReader.Open(file, 0);
        var page = TiffDirectory.Read(reader, reader.First);
        RefuseMorePages(reader, page);

        var (offsets, counts) = page.Values(TileOffsets) is { Length: > 0 } tiles
            ? (tiles, page.Values(TileByteCounts)) : (page.Values(StripOffsets), page.Values(StripByteCounts));
        if (counts.Length > offsets.Length || offsets.Zip(counts).Any(part => part.First < 0 || part.Second < 0 || part.First > file.Length - part.Second))
            throw new EndOfStreamException();

        var bits = page[BitsPerSample, 1];
        if (bits > 16 || page[SampleFormat, 1] != 1)
            throw new InvalidDataException($"TIFF with {bits}-bit, signed or floating-point samples is not supported; save it with 8 or 16 unsigned bits");
        var width = (int)Math.Min(page[ImageWidth, 0], int.MaxValue);
        return new ImageHeader
        {
            Format = ImageFormat.Tiff,
            StoredWidth = width,
            StoredHeight = (int)Math.Min(page[ImageLength, 0], int.MaxValue),
            Channels = Channels(page),
            Bits = bits > 8 ? 16 : 8,
            Orientation = page[TiffDirectory.Orientation, 1] is var value and >= 1 and <= 8 ? (int)value : 1,
            OrientationOffset = page.Offset(TiffDirectory.Orientation),
            MostPixels = Math.Min(counts.Sum(), file.Length) * 8 / Math.Max(1, bits) * MostUnpacked(page[Compression, 1], width),
        };
    }

    // Bytes that a stored byte can become.
    private static long MostUnpacked(long compression, int width) => compression switch
    {
        1 => 1,

        // LZW: a code of 9 to 12 bits stands for at most 4096 bytes.
        5 => 4096,

        // Deflate: the longest match, 258 bytes, takes at least two bits.
        8 or 32946 => 1032,

        // Zstandard and LZMA: a few bytes for a block of 128 KiB of one value.
        50000 or 34925 => 1 << 15,

        // PackBits: two bytes for at most 128.
        32773 => 64,

        // Fax codes say in one bit that a row is as the one above.
        2 or 3 or 4 => Math.Clamp(8L * width, MostInBlocks, 64 * MostInBlocks),
        _ => MostInBlocks,
    };

    private static int Channels(TiffDirectory page)
    {
        var samples = page[SamplesPerPixel, 1];
        return page[Photometric, 1] switch
        {
            3 => IsGrey(page.Values(ColorMap)) ? 1 : 3,
            0 or 1 => samples switch { 1 => 1, 2 => 2, _ => throw Unsupported(samples) },
            _ => samples switch { 3 => 3, 4 => page[Photometric, 1] == 2 ? 4 : 3, _ => throw Unsupported(samples) },
        };
    }

    // All reds, then all greens, then all blues.
    private static bool IsGrey(long[] map)
    {
        var third = map.Length / 3;
        return map.AsSpan(0, third).SequenceEqual(map.AsSpan(third, third)) && map.AsSpan(0, third).SequenceEqual(map.AsSpan(2 * third, third));
    }

    private static void RefuseMorePages(TiffReader reader, TiffDirectory page)
    {
        var seen = new HashSet<long>();
        for (var next = page.Next; next != 0 && seen.Add(next);)
        {
            var other = TiffDirectory.Read(reader, next);

            // Bit 0 marks thumbnails and pyramid levels, bit 2 transparency masks.
            if ((other[NewSubfileType, 0] & 5) == 0)
                throw new InvalidDataException("the TIFF file holds several pages; split it into one file a page");
            next = other.Next;
        }
    }

    private static InvalidDataException Unsupported(long samples) => new($"TIFF with {samples} samples a pixel is not supported");
}
