using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>PNG (ISO/IEC 15948): the header chunk, the palette, and the chunk structure up to the end chunk.</summary>
internal static class PngHeader
{
    private const int SignatureLength = 8;

    private static ReadOnlySpan<byte> Needed => "IHDRPLTEtRNSIDATIEND"u8;

    public static ImageHeader Read(Stream file)
    {
        ImageHeader? header = null;
        var palette = false;
        var pixels = false;
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
                (header, palette) = name.SequenceEqual("IHDR"u8) && length == 13 ? ReadIhdr(file) : throw new InvalidDataException("the PNG header is damaged");
            else if (name.SequenceEqual("PLTE"u8) && palette)
                header = header with { Channels = IsGrey(file, (int)length) ? 1 : 3 };
            else if (name.SequenceEqual("tRNS"u8) && palette)
                header = header with { Channels = header.IsColor ? 4 : 2 };
            else if (name.SequenceEqual("eXIf"u8))
                header = header with { Orientation = TiffDirectory.ExifOrientation(file, file.Position) };
            else if (name.SequenceEqual("IDAT"u8))
                pixels = true;
            else if (name.SequenceEqual("IEND"u8))
                return pixels ? header : throw new InvalidDataException("the PNG file holds no pixels");
            file.Position = next;
        }
    }

    /// <summary>The file without comments, profiles and times, about which libpng writes warnings to the terminal.</summary>
    public static byte[] WithoutAncillary(byte[] file)
    {
        var kept = new MemoryStream(file.Length);
        kept.Write(file, 0, SignatureLength);
        for (var at = SignatureLength; at + 12 <= file.Length;)
        {
            var length = 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            if (Needed.IndexOf(file.AsSpan(at + 4, 4)) % 4 == 0)
                kept.Write(file, at, length);
            at += length;
        }

        return kept.ToArray();
    }

    private static (ImageHeader Header, bool Palette) ReadIhdr(Stream file)
    {
        Span<byte> data = stackalloc byte[13];
        file.ReadExactly(data);
        var color = data[9];
        var channels = color switch
        {
            0 => 1,
            2 or 3 => 3,
            4 => 2,
            6 => 4,
            _ => throw new InvalidDataException("the PNG header is damaged"),
        };
        return (new ImageHeader
        {
            Format = ImageFormat.Png,
            StoredWidth = BinaryPrimitives.ReadInt32BigEndian(data),
            StoredHeight = BinaryPrimitives.ReadInt32BigEndian(data[4..]),
            Channels = channels,
            Bits = data[8] == 16 ? 16 : 8,
        }, color == 3);
    }

    private static bool IsGrey(Stream file, int length)
    {
        var colors = new byte[Math.Min(length, 768)];
        file.ReadExactly(colors);
        return colors.Chunk(3).All(static c => c.All(v => v == c[0]));
    }
}
