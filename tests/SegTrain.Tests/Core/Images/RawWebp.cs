using System.Collections;

namespace SegTrain.Tests.Core.Images;

/// <summary>Lossless WebP files of two colours, bit by bit after RFC 9649: no transforms, one code for each of green, red, blue, opacity and distances.</summary>
internal static class RawWebp
{
    /// <summary>
    /// Green of each pixel is the first or the second level, as <paramref name="levels"/> says; red, blue and opacity are the same for all. Without
    /// <paramref name="alpha"/> the file has no opacity.
    /// </summary>
    public static byte[] Lossless(int width, int height, byte first, byte second, bool[] levels, byte red = 0, byte blue = 0, byte? alpha = null)
    {
        var bits = new List<bool>();
        Add(width - 1, 14);
        Add(height - 1, 14);
        Add(alpha is null ? 0 : 1, 1);
        Add(0, 3);

        // No transform, no cache of colours, one group of codes.
        Add(0, 3);

        // Simple codes: that, how many symbols less one, whether the first has eight bits, and the symbols.
        Add(0b111, 3);
        Add(first, 8);
        Add(second, 8);
        foreach (var one in new[] { red, blue, alpha ?? 255, (byte)0 })
        {
            Add(0b101, 3);
            Add(one, 8);
        }

        bits.AddRange(levels);
        var data = new byte[(bits.Count + 7) / 8];
        new BitArray(bits.ToArray()).CopyTo(data, 0);
        return Riff(("VP8L", [0x2F, .. data]));

        void Add(int value, int count)
        {
            for (var bit = 0; bit < count; bit++)
                bits.Add((value >> bit & 1) != 0);
        }
    }

    public static byte[] Riff(params (string Name, byte[] Data)[] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(static chunk => (byte[])[.. System.Text.Encoding.ASCII.GetBytes(chunk.Name), .. BitConverter.GetBytes(chunk.Data.Length), .. chunk.Data, .. new byte[chunk.Data.Length % 2]])];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }

    /// <summary>The chunk of a file with more than a picture.</summary>
    public static (string Name, byte[] Data) Extended(int width, int height, int flags) =>
        ("VP8X", [(byte)flags, 0, 0, 0, .. BitConverter.GetBytes(width - 1)[..3], .. BitConverter.GetBytes(height - 1)[..3]]);

    /// <summary>The only chunk of a plain file.</summary>
    public static (string Name, byte[] Data) Chunk(byte[] file) => (System.Text.Encoding.ASCII.GetString(file[12..16]), file[20..(20 + BitConverter.ToInt32(file, 16))]);
}
