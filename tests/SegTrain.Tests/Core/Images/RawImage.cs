using System.Buffers.Binary;
using System.IO.Compression;

namespace SegTrain.Tests.Core.Images;

/// <summary>Small image files put together byte by byte, independently of the code under test.</summary>
internal static class RawImage
{
    // 16 x 8 pixels, written by PIL with quality 90: left half and right half of one colour each.
    public static readonly byte[] GreyJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAI" +
        "ABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AAotW//Z");

    public static readonly byte[] ProgressiveRgbJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQME" +
        "BAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAIABADAREAAhEBAxEB/8QAFAABAAAAAAAAAAAA" +
        "AAAAAAAABv/EABYBAQEBAAAAAAAAAAAAAAAAAAcGCP/aAAwDAQACEAMQAAABEzbUX0cB/wD/xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAEFAj//xAAUEQEAAAAA" +
        "AAAAAAAAAAAAAAAQ/9oACAEDAQE/AT//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAECAQE/AT//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAY/Aj//xAAUEAEA" +
        "AAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/IT//2gAMAwEAAgADAAAAEL//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAEDAQE/ED//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ" +
        "/9oACAECAQE/ED//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/ED//2Q==");

    /// <summary>The grey one with EXIF orientation 6: to be turned clockwise, so 8 x 16 with the dark half on top.</summary>
    public static readonly byte[] TurnedJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsN" +
        "DhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAACAn/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/" +
        "AAotW//Z");

    /// <summary>Colour type 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA; packed bytes of each row; chunks between header and pixels.</summary>
    public static byte[] Png(int width, int height, int bits, int color, byte[][] rows, params (string Name, byte[] Data)[] extra) =>
        Png(width, height, bits, color, [.. rows.Select(static row => (byte[])[0, .. row])], interlaced: false, extra);

    /// <summary>The same with rows that begin with their filter, in the order in which they are stored.</summary>
    public static byte[] Png(int width, int height, int bits, int color, byte[][] rows, bool interlaced, params (string Name, byte[] Data)[] extra)
    {
        var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)bits, (byte)color, (byte)(interlaced ? 1 : 0));
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var row in rows)
                zlib.Write(row);
        }

        (string Name, byte[] Data)[] chunks = [("IHDR", header), .. extra, ("IDAT", packed.ToArray()), ("IEND", [])];
        foreach (var (name, data) in chunks)
        {
            byte[] body = [.. System.Text.Encoding.ASCII.GetBytes(name), .. data];
            file.Write(BigEndian(data.Length));
            file.Write(body);
            file.Write(BigEndian((int)Crc32(body)));
        }

        return file.ToArray();
    }

    /// <summary>
    /// A TIFF, or a BigTIFF. The pixels are compressed already where <paramref name="compression"/> is not 1, and in one strip where
    /// <paramref name="strips"/> does not say where others begin among them, null for nowhere, and how long they are. Of the fields in
    /// <paramref name="more"/> that of an inner JPEG file, 513, gets the place of the pixels.
    /// </summary>
    public static byte[] Tiff(
        int width, int height, int bits, int samples, byte[] pixels, int orientation = 1, bool bigEndian = false, int pages = 1, int[]? colorMap = null,
        int compression = 1, int? photometric = null, (int Tag, int Type, int Value)[]? more = null, (int? At, int Count)[]? strips = null, int rowsPerStrip = 0, bool big = false)
    {
        var file = new MemoryStream();
        file.Write(bigEndian ? "MM"u8 : "II"u8);
        var place = big ? 8 : 4;
        Word(big ? 43 : 42, 2);
        if (big)
            Word(8, 2);
        if (big)
            Word(0, 2);
        Word(big ? 16 : 8, place);
        strips ??= [(0, pixels.Length)];
        var fields = new List<(int Tag, int Type, int[] Values)>
        {
            (256, 3, [width]), (257, 3, [height]), (258, 3, [.. Enumerable.Repeat(bits, samples)]), (259, 3, [compression]),
            (262, 3, [photometric ?? (colorMap is not null ? 3 : samples >= 3 ? 2 : 1)]), (273, 4, new int[strips.Length]), (274, 3, [orientation]), (277, 3, [samples]),
            (278, 3, [rowsPerStrip == 0 ? height : rowsPerStrip]), (279, 4, [.. strips.Select(static strip => strip.Count)]),
        };
        if (colorMap is not null)
            fields.Add((320, 3, colorMap));
        if (samples == 4)
            fields.Add((338, 3, [2]));
        fields.AddRange((more ?? []).Select(static field => (field.Tag, field.Type, (int[])[field.Value])));
        fields = [.. fields.OrderBy(static field => field.Tag)];
        for (var page = 0; page < pages; page++)
        {
            var data = (int)file.Position + (big ? 8 : 2) + (fields.Count * (big ? 20 : 12)) + place;
            var start = data + fields.Select(static field => field.Values.Length * (field.Type == 3 ? 2 : 4)).Where(size => size > place).Sum();
            var outside = new MemoryStream();
            Word(fields.Count, big ? 8 : 2);
            foreach (var (tag, type, values) in fields)
            {
                var size = type == 3 ? 2 : 4;
                Word(tag, 2);
                Word(type, 2);
                Word(values.Length, place);
                int[] stored = tag switch { 273 => [.. strips.Select(strip => strip.At is { } at ? start + at : 0)], 513 => [start], _ => values };
                if (stored.Length * size <= place)
                {
                    foreach (var value in stored)
                        Word(value, size);
                    file.Write(new byte[place - (stored.Length * size)]);
                }
                else
                {
                    Word(data + (int)outside.Length, place);
                    foreach (var value in stored)
                        Word(value, size, outside);
                }
            }

            var end = start + pixels.Length;
            Word(page + 1 < pages ? end : 0, place);
            file.Write(outside.ToArray());
            file.Write(pixels);
        }

        return file.ToArray();

        void Word(int value, int size, MemoryStream? into = null)
        {
            byte[] bytes = size > 4 ? [.. new byte[4], .. BigEndian(value)] : BigEndian(value)[^size..];
            (into ?? file).Write(bigEndian ? bytes : [.. bytes.Reverse()]);
        }
    }

    /// <summary>A bitmap with rows from the bottom; <paramref name="rows"/> come from the top and are padded here.</summary>
    public static byte[] Bmp(int width, int height, int bits, byte[][] rows, byte[]? palette = null)
    {
        var file = new MemoryStream();
        var start = 54 + (palette?.Length ?? 0);
        var stride = ((width * bits) + 31) / 32 * 4;
        file.Write("BM"u8);
        foreach (var value in new[] { start + (stride * height), 0, start, 40, width, height })
            file.Write([.. BigEndian(value).Reverse()]);
        file.Write([1, 0, (byte)bits, 0]);
        foreach (var value in new[] { 0, stride * height, 2835, 2835, (palette?.Length ?? 0) / 4, 0 })
            file.Write([.. BigEndian(value).Reverse()]);
        file.Write(palette ?? []);
        foreach (var row in rows.Reverse())
            file.Write([.. row, .. new byte[stride - row.Length]]);
        return file.ToArray();
    }

    /// <summary>A bitmap of runs, from the bottom, with a palette of greys; compression 1 has codes of eight bits and 2 of four.</summary>
    public static byte[] RunLengthBmp(int width, int height, int bits, int compression, byte[] codes)
    {
        var colors = Enumerable.Range(0, 1 << bits).SelectMany(static i => new byte[] { (byte)i, (byte)(255 - i), (byte)(i * 3), 0 }).ToArray();
        var file = new MemoryStream();
        file.Write("BM"u8);
        foreach (var value in new[] { 54 + colors.Length + codes.Length, 0, 54 + colors.Length, 40, width, height })
            file.Write([.. BigEndian(value).Reverse()]);
        file.Write([1, 0, (byte)bits, 0]);
        foreach (var value in new[] { compression, codes.Length, 2835, 2835, 1 << bits, 0 })
            file.Write([.. BigEndian(value).Reverse()]);
        return [.. file.ToArray(), .. colors, .. codes];
    }

    public static byte[] Deflated(byte[] data)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
            zlib.Write(data);
        return packed.ToArray();
    }

    /// <summary>TIFF's LZW with no string longer than one byte: codes of nine bits, from the high one, cleared before they would need ten.</summary>
    public static byte[] Lzw(byte[] data)
    {
        const int Clear = 256, End = 257, Most = 200;
        var codes = data.Chunk(Most).SelectMany(static part => part.Select(static value => (int)value).Prepend(Clear)).Append(End);
        var bits = codes.SelectMany(static code => Enumerable.Range(0, 9).Select(bit => (code >> (8 - bit)) & 1));
        return [.. bits.Chunk(8).Select(static eight => (byte)eight.Select(static (bit, i) => bit << (7 - i)).Sum())];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    // Bit by bit, from the definition in the PNG specification's annex.
    public static uint Crc32(byte[] data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }
}
