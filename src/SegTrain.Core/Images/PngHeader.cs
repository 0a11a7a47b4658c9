using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>PNG (ISO/IEC 15948): the header chunk, the palette, and the chunk structure up to the end chunk.</summary>
internal static class PngHeader
{
    public const int SignatureLength = 8;

    // Deflate's longest match, 258 bytes, takes at least two bits.
    private const int MostDeflated = 1032;

    public static ImageHeader Read(Stream file)
    {
        ImageHeader? header = null;
        var (color, depth, palette, coded) = (0, 0, false, 0L);
        Span<byte> chunk = stackalloc byte[8];
        for (file.Position = SignatureLength; ;)
        {
            file.ReadExactly(chunk);
            var length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var next = file.Position + length + 4;
            if (next > file.Length)
                throw new EndOfStreamException();
            var name = chunk[4..];
            if (header is null)
            {
                if (!name.SequenceEqual("IHDR"u8) || length != 13)
                    throw Damaged();
                var data = Content(file, name, length);
                (header, depth, color) = (Ihdr(data), data[8], data[9]);
            }
            else if (name.SequenceEqual("PLTE"u8) && color == 3)
            {
                (header, palette) = (header with { Channels = IsGrey(Content(file, name, length)) ? 1 : 3 }, true);
            }
            else if (name.SequenceEqual("tRNS"u8) && color == 3)
            {
                Content(file, name, length);
                header = header with { Channels = header.IsColor ? 4 : 2 };
            }
            else if (name.SequenceEqual("eXIf"u8))
            {
                header = header with { Orientation = TiffDirectory.ExifOrientation(file, file.Position) };
            }
            else if (name.SequenceEqual("IDAT"u8))
            {
                coded += length;
            }
            else if (name.SequenceEqual("IEND"u8))
            {
                if (color == 3 && !palette)
                    throw new InvalidDataException("the PNG file has no palette");
                return coded > 0
                    ? header with { MostPixels = coded * MostDeflated * 8 / (depth * (color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 })) }
                    : throw new InvalidDataException("the PNG file holds no pixels");
            }

            file.Position = next;
        }
    }

    private static InvalidDataException Damaged() => new("the PNG header is damaged");

    // Short chunks that decide what pixels mean are held to their checksum; the pixels have one of their own.
    private static byte[] Content(Stream file, ReadOnlySpan<byte> name, long length)
    {
        if (length > 768)
            throw Damaged();
        var data = new byte[length + 4];
        file.ReadExactly(data);
        return PngCrc.Of(name, data.AsSpan(..^4)) == BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(^4..)) ? data[..^4] : throw Damaged();
    }

    private static ImageHeader Ihdr(ReadOnlySpan<byte> data)
    {
        var channels = (data[9], data[8]) switch
        {
            (0, 1 or 2 or 4 or 8 or 16) => 1,
            (3, 1 or 2 or 4 or 8) or (2, 8 or 16) => 3,
            (4, 8 or 16) => 2,
            (6, 8 or 16) => 4,
            _ => throw Damaged(),
        };
        if (data[10..] is not [0, 0, 0 or 1])
            throw Damaged();
        return new ImageHeader
        {
            Format = ImageFormat.Png,
            StoredWidth = BinaryPrimitives.ReadInt32BigEndian(data),
            StoredHeight = BinaryPrimitives.ReadInt32BigEndian(data[4..]),
            Channels = channels,
            Bits = data[8] == 16 ? 16 : 8,
        };
    }

    private static bool IsGrey(byte[] colors) => colors.Length % 3 == 0 && colors.Length > 0
        ? colors.Chunk(3).All(static c => c.All(v => v == c[0])) : throw Damaged();
}
