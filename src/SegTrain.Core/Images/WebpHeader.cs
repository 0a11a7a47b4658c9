using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>WebP (RFC 9649): the chunks of a RIFF file, of which one holds the picture, lossy (VP8) or lossless (VP8L).</summary>
internal static class WebpHeader
{
    private const int Exif = 0x08;
    private const int Alpha = 0x10;
    private const int Animated = 0x02;

    // A picture of one colour takes a few bytes, whatever its size; so much is believed of any file, and then so much of each byte.
    private const long MostOfAny = 1 << 26;
    private const long MostInByte = 1 << 14;

    public static bool Is(ReadOnlySpan<byte> magic) => magic.Length == 12 && magic[..4].SequenceEqual("RIFF"u8) && magic[8..].SequenceEqual("WEBP"u8);

    public static ImageHeader Read(Stream file)
    {
        Span<byte> head = stackalloc byte[18];
        file.Position = 4;
        file.ReadExactly(head[..4]);
        var end = 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(head);
        if (end > file.Length)
            throw new EndOfStreamException();
        var (header, canvas, flags, orientation) = (default(ImageHeader), (0, 0), 0, 1);
        for (var at = 12L; at + 8 <= end;)
        {
            file.Position = at;
            file.ReadExactly(head[..8]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (at + 8 + length > end)
                throw new EndOfStreamException();
            var data = head[8..(8 + (int)Math.Min(10, length))];
            file.ReadExactly(data);
            if (head[..4].SequenceEqual("VP8X"u8) && data.Length == 10)
                (flags, canvas) = (data[0], (1 + Three(data[4..]), 1 + Three(data[7..])));
            else if (head[..4].SequenceEqual("VP8 "u8))
                header ??= Lossy(data, file.Length);
            else if (head[..4].SequenceEqual("VP8L"u8))
                header ??= Lossless(data, file.Length);
            else if (head[..4].SequenceEqual("EXIF"u8) && (flags & Exif) != 0)
                orientation = TiffDirectory.ExifOrientation(file, at + 8);
            at += 8 + length + (length & 1);
        }

        if ((flags & Animated) != 0)
            throw new InvalidDataException("the WebP file is an animation; save one of its pictures");
        if (header is null)
            throw new InvalidDataException("the WebP file holds no picture");
        if (canvas != (0, 0) && canvas != (header.StoredWidth, header.StoredHeight))
            throw new InvalidDataException("the WebP header is damaged");
        return header with { Orientation = orientation, Channels = (flags & Alpha) != 0 ? 4 : canvas != (0, 0) ? 3 : header.Channels };
    }

    private static ImageHeader Lossy(ReadOnlySpan<byte> data, long length) =>
        data.Length == 10 && (data[0] & 1) == 0 && data[3..6].SequenceEqual((ReadOnlySpan<byte>)[0x9D, 1, 0x2A])
            ? Header(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF, false, length)
            : throw new InvalidDataException("the WebP header is damaged");

    private static ImageHeader Lossless(ReadOnlySpan<byte> data, long length)
    {
        if (data.Length < 5 || data[0] != 0x2F)
            throw new InvalidDataException("the WebP header is damaged");
        var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        return Header(1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF), (bits >> 28 & 1) != 0, length);
    }

    private static ImageHeader Header(int width, int height, bool alpha, long length) => new()
    {
        Format = ImageFormat.Webp,
        StoredWidth = width,
        StoredHeight = height,
        Channels = alpha ? 4 : 3,
        Bits = 8,
        MostPixels = Math.Max(MostOfAny, length * MostInByte),
    };

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
