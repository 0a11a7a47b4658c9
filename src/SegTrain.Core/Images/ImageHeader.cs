namespace SegTrain.Core.Images;

internal enum ImageFormat
{
    Png,
    Jpeg,
    Bmp,
    Tiff,
    Webp,
}

/// <summary>What a file says about its picture before a pixel is decoded. It decides the layout that is delivered, whatever a decoder makes of the file.</summary>
internal sealed record ImageHeader
{
    /// <summary>Larger than any scan or mosaic that fits into memory as floats; beyond it a header is damaged or hostile.</summary>
    public const long MaxPixels = 1L << 29;

    public required ImageFormat Format { get; init; }

    /// <summary>Width of the rows in the file, before <see cref="Orientation"/> is applied.</summary>
    public required int StoredWidth { get; init; }

    public required int StoredHeight { get; init; }

    /// <summary>1 grey, 2 grey with alpha, 3 RGB, 4 RGBA. A palette counts as what its colours are.</summary>
    public required int Channels { get; init; }

    /// <summary>The channels are no colours and any number, 2 or more.</summary>
    public bool HasBands { get; init; }

    /// <summary>Bits a sample after decoding: 8, 16 where the file has more than 8, or 32 of floating point.</summary>
    public required int Bits { get; init; }

    /// <summary>EXIF's 1 to 8; 1 is upright. Pictures are turned upright when read, as browsers and labelling tools do.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>How many pixels a file of this length can hold, by the greatest ratio of its compression.</summary>
    public long MostPixels { get; init; } = long.MaxValue;

    /// <summary>How many pictures the file holds, of which the first is read.</summary>
    public int Pages { get; init; } = 1;

    public int Width => Orientation > 4 ? StoredHeight : StoredWidth;

    public int Height => Orientation > 4 ? StoredWidth : StoredHeight;

    public bool IsColor => Channels > 2;

    /// <summary>Channels of the decoded <see cref="PixelImage"/>: grey with alpha becomes RGBA.</summary>
    public int DecodedChannels => Channels == 2 && !HasBands ? 4 : Channels;

    /// <summary>Reads the header and checks that the file is complete as far as that shows without decoding.</summary>
    /// <exception cref="InvalidDataException">What is wrong, to be said of the file.</exception>
    /// <exception cref="EndOfStreamException">The file ends too early.</exception>
    public static ImageHeader Read(Stream file)
    {
        if (file.Length == 0)
            throw new InvalidDataException("the file is empty");
        Span<byte> magic = stackalloc byte[12];
        magic = magic[..file.ReadAtLeast(magic, 12, throwOnEndOfStream: false)];
        var header = magic switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, ..] => PngHeader.Read(file),
            [0xFF, 0xD8, 0xFF, ..] => JpegHeader.Read(file),
            [(byte)'B', (byte)'M', ..] => BmpHeader.Read(file),
            [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => TiffHeader.Read(file),
            _ when WebpHeader.Is(magic) => WebpHeader.Read(file),
            _ => throw new InvalidDataException("this is no PNG, JPEG, BMP, TIFF or WebP file, whatever its name says"),
        };
        if (header.StoredWidth <= 0 || header.StoredHeight <= 0)
            throw new InvalidDataException($"the header declares {header.StoredWidth} x {header.StoredHeight} pixels");
        var pixels = (long)header.StoredWidth * header.StoredHeight;
        if (pixels > MaxPixels || pixels * header.DecodedChannels * (header.Bits / 8) > Array.MaxLength)
            throw new InvalidDataException($"the header declares {header.StoredWidth} x {header.StoredHeight} pixels, more than this program reads");
        if (pixels > header.MostPixels)
            throw new InvalidDataException($"the header declares {header.StoredWidth} x {header.StoredHeight} pixels, more than {file.Length} bytes can hold");
        return header;
    }
}
