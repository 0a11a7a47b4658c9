using BitMiracle.LibTiff.Classic;

namespace SegTrain.Core.Images;

/// <summary>What a TIFF file says of its first page; pages behind it are counted.</summary>
internal static class TiffHeader
{
    public static ImageHeader Read(Stream file)
    {
        var reader = TiffReader.Open(file, 0);
        var page = TiffDirectory.Read(reader, reader.First);
        var header = InnerJpeg(file, page) is { } jpeg ? JpegHeader.Read(new MemoryStream(jpeg)) with { Format = ImageFormat.Tiff } : Of(TiffLayout.Of(page, reader));
        return header with
        {
            Orientation = page.Orientation,
            Pages = 1 + MorePages(reader, page),
        };
    }

    /// <summary>The JPEG file that a file of the oldest JPEG kind has inside, null in others.</summary>
    public static byte[]? InnerJpeg(Stream file, TiffDirectory page)
    {
        if (page[TiffTag.COMPRESSION, 0] != TiffCompression.OldJpeg || page[TiffTag.JPEGIFOFFSET, 0] is not (var start and > 0))
            return null;
        var length = page[TiffTag.JPEGIFBYTECOUNT, file.Length - start];
        if (start > file.Length || length < 4 || length > file.Length - start)
            throw new EndOfStreamException();
        var jpeg = new byte[length];
        file.Position = start;
        file.ReadExactly(jpeg);
        return jpeg is [0xFF, 0xD8, ..] ? jpeg : throw new InvalidDataException("the JPEG file inside the TIFF file is damaged");
    }

    private static ImageHeader Of(TiffLayout layout)
    {
        var (channels, bands) = TiffColors.Kind(layout);
        return new ImageHeader
        {
            Format = ImageFormat.Tiff,
            StoredWidth = layout.Width,
            StoredHeight = layout.Height,
            Channels = channels,
            HasBands = bands,
            Bits = layout.Bits > 16 ? 32 : layout.Bits > 8 ? 16 : 8,
            MostPixels = layout.MostPixels,
        };
    }

    private static int MorePages(TiffReader reader, TiffDirectory page)
    {
        var (seen, count) = (new HashSet<long>(), 0);
        for (var next = page.Next; next != 0 && seen.Add(next);)
        {
            var other = TiffDirectory.Read(reader, next);

            // Thumbnails, levels of a pyramid and transparency masks are no pages.
            count += ((FileType)other[TiffTag.SUBFILETYPE, 0] & (FileType.REDUCEDIMAGE | FileType.MASK)) == 0 ? 1 : 0;
            next = other.Next;
        }

        return count;
    }
}
