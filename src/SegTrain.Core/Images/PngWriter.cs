using System.Buffers.Binary;
using System.IO.Compression;

namespace SegTrain.Core.Images;

/// <summary>Plain PNG (ISO/IEC 15948): one IDAT, each row as its difference from the one above. The same bytes everywhere.</summary>
internal static class PngWriter
{
    public static void Write(Stream file, PixelImage image)
    {
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8] = (byte)image.Bits;
        header[9] = (byte)(image.Channels switch { 1 => 0, 3 => 2, _ => 6 });
        header[10..].Clear();
        Chunk(file, "IHDR"u8, header);

        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            WriteRows(zlib, image);
        Chunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(file, "IEND"u8, []);
    }

    private static void WriteRows(ZLibStream zlib, PixelImage image)
    {
        const byte Up = 2;
        var length = image.Width * image.Channels * image.Bits / 8;
        var (row, above, filtered) = (new byte[length], new byte[length], new byte[length + 1]);
        filtered[0] = Up;
        for (var y = 0; y < image.Height; y++)
        {
            image.Samples.AsSpan(y * length, length).CopyTo(row);
            if (image.Bits == 16 && BitConverter.IsLittleEndian)
                SwapBytes(row);
            for (var i = 0; i < length; i++)
                filtered[i + 1] = (byte)(row[i] - above[i]);
            zlib.Write(filtered);
            (row, above) = (above, row);
        }
    }

    private static void SwapBytes(Span<byte> row)
    {
        for (var i = 0; i + 1 < row.Length; i += 2)
            (row[i], row[i + 1]) = (row[i + 1], row[i]);
    }

    private static void Chunk(Stream file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        file.Write(name);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, PngCrc.Of(name, data));
        file.Write(word);
    }
}
