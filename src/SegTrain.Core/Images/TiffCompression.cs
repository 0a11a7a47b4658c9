namespace SegTrain.Core.Images;

/// <summary>The compressions of TIFF, by the numbers that its field has.</summary>
internal static class TiffCompression
{
    public const int None = 1;
    public const int Fax4 = 4;

    /// <summary>That of TIFF 6.0, which keeps a whole JPEG file inside, or parts of one.</summary>
    public const int OldJpeg = 6;
    public const int Jpeg = 7;

    // A JPEG block of 64 pixels takes a bit or more.
    private const long MostInBlocks = 64 * 8 * 4;

    /// <summary>One-bit codes of fax machines.</summary>
    public static bool IsFax(int compression) => compression is 2 or 3 or Fax4;

    /// <summary>Whether neighbours may be stored as differences.</summary>
    public static bool HasPredictor(int compression) => compression is 5 or 8 or 32946;

    /// <exception cref="InvalidDataException">It is not read here.</exception>
    public static void Check(int compression)
    {
        var name = compression switch
        {
            None or 2 or 3 or Fax4 or 5 or Jpeg or 8 or 32773 or 32946 => null,
            OldJpeg => "JPEG as of 1992 with its tables apart",

            // The library loses the place in what it has written itself.
            32771 => "CCITT codes in whole words",
            34712 or 33003 or 33004 or 33005 => "JPEG 2000",
            34887 => "LERC",
            34925 => "LZMA",
            50000 => "Zstandard",
            50001 => "WebP",
            50002 or 52546 => "JPEG XL",
            _ => $"the method {compression}",
        };
        if (name is not null)
            throw new InvalidDataException($"TIFF compressed by {name} is not supported; save it with Deflate, LZW or no compression");
    }

    /// <summary>Bytes that a stored byte can become.</summary>
    public static long MostUnpacked(int compression, int width) => compression switch
    {
        None => 1,

        // LZW: a code of 9 to 12 bits stands for at most 4096 bytes.
        5 => 4096,

        // Deflate: the longest match, 258 bytes, takes at least two bits.
        8 or 32946 => 1032,

        // PackBits: two bytes for at most 128.
        32773 => 64,

        // Fax codes say in one bit that a row is as the one above.
        2 or 3 or Fax4 => Math.Clamp(8L * width, MostInBlocks, 64 * MostInBlocks),
        _ => MostInBlocks,
    };
}
