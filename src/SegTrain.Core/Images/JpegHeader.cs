using System.Buffers.Binary;

namespace SegTrain.Core.Images;

/// <summary>JPEG (ITU-T T.81): the frame header, EXIF's orientation, and whether the end marker is there.</summary>
internal static class JpegHeader
{
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;
    private const int Exif = 0xE1;

    // A block of 64 pixels takes a bit or more, and the finest of the components has at least a quarter of the pixels.
    private const int MostInByte = 64 * 8 * 4;

    public static ImageHeader Read(Stream file)
    {
        ImageHeader? header = null;
        var orientation = 1;
        for (file.Position = 2; ;)
        {
            var marker = NextMarker(file);
            var start = file.Position;
            var end = start + ReadUInt16(file);
            if (end > file.Length)
                throw new EndOfStreamException();
            if (marker == StartOfScan)
                break;
            if (marker == Exif && IsExif(file, end))
                orientation = TiffDirectory.ExifOrientation(file, file.Position);
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                header = ReadFrame(file, marker);
            file.Position = end;
        }

        if (!EndsWithMarker(file) && !HasEnd(file))
            throw new EndOfStreamException();
        return header is null ? throw new InvalidDataException("the JPEG file has no frame header") : header with { Orientation = orientation };
    }

    private static ImageHeader ReadFrame(Stream file, int marker)
    {
        if (marker > 0xC2)
            throw new InvalidDataException($"{(marker is 0xC9 or 0xCA ? "arithmetic-coded" : "lossless or hierarchical")} JPEG is not supported; save it as an ordinary one");
        Span<byte> frame = stackalloc byte[6];
        file.ReadExactly(frame);
        if (frame[0] != 8)
            throw new InvalidDataException($"JPEG with {frame[0]} bits a sample is not supported; save it as 16-bit PNG or TIFF");
        if (frame[5] is not (1 or 3 or 4))
            throw new InvalidDataException($"JPEG with {frame[5]} components is not supported; save it as grey or RGB");
        return new ImageHeader
        {
            Format = ImageFormat.Jpeg,
            StoredHeight = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]),
            StoredWidth = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]),
            Channels = frame[5] == 1 ? 1 : 3,
            Bits = 8,
            MostPixels = file.Length * MostInByte,
        };
    }

    private static bool IsExif(Stream file, long end)
    {
        Span<byte> name = stackalloc byte[6];
        return end - file.Position > name.Length && file.ReadAtLeast(name, name.Length, false) == name.Length && name.SequenceEqual("Exif\0\0"u8);
    }

    /// <summary>Almost every file ends with the marker; the others carry something behind it and are searched from the scan on.</summary>
    private static bool EndsWithMarker(Stream file)
    {
        Span<byte> tail = stackalloc byte[2];
        var scan = file.Position;
        file.Position = file.Length - 2;
        file.ReadExactly(tail);
        file.Position = scan;
        return tail is [0xFF, EndOfImage];
    }

    private static bool HasEnd(Stream file)
    {
        var rest = new byte[file.Length - file.Position];
        file.ReadExactly(rest);
        for (var at = 0; at + 1 < rest.Length;)
        {
            var step = rest.AsSpan(at).IndexOf((byte)0xFF);
            if (step < 0 || at + step + 1 >= rest.Length)
                return false;
            at += step + 1;
            var marker = rest[at];
            if (marker == EndOfImage)
                return true;

            // Coded data holds only stuffed zeros and restarts; anything else opens a segment of the next scan.
            if (marker is not (0 or 0xFF or (>= 0xD0 and <= 0xD7)) && at + 2 < rest.Length)
                at += 1 + BinaryPrimitives.ReadUInt16BigEndian(rest.AsSpan(at + 1));
        }

        return false;
    }

    private static int NextMarker(Stream file)
    {
        if (file.ReadByte() is var first && first != 0xFF)
            throw first < 0 ? new EndOfStreamException() : new InvalidDataException("the JPEG header is damaged");
        int marker;
        do
            marker = file.ReadByte();
        while (marker == 0xFF);
        return marker < 0 ? throw new EndOfStreamException() : marker;
    }

    private static int ReadUInt16(Stream file)
    {
        Span<byte> bytes = stackalloc byte[2];
        file.ReadExactly(bytes);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }
}
