using System.Buffers;
using Microsoft.Win32.SafeHandles;
using SegTrain.Core.Files;

namespace SegTrain.Core.Images;

/// <summary>
/// PNG, JPEG, BMP, TIFF and WebP files, told apart by content. Every fault of a file is a <see cref="SegTrainException"/> that names it.
/// </summary>
/// <remarks>
/// Memory: a file and its decoded pixels, of which a header may not declare more than its bytes can hold (<see cref="ImageHeader.MostPixels"/>)
/// nor more than <see cref="ImageHeader.MaxPixels"/>; a PNG, JPEG or TIFF that is resized is never held whole. A progressive JPEG takes three times its pixels more.
/// </remarks>
internal static class ImageFile
{
    /// <summary>Extensions, in lower case, that a folder is searched for.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"];

    /// <summary>The decoders, for <c>doctor</c>.</summary>
    public static string Decoder => $"PNG built in, JPEG by {JpegDecoder.Name}, TIFF by {TiffPlane.Name}, BMP and WebP by {ImageSharpDecoder.Name}";

    /// <summary>Size and layout, without decoding. A truncated file is refused here already.</summary>
    public static ImageHeader Identify(string path) => Explained(path, () =>
    {
        using var file = File.OpenRead(path);
        return ImageHeader.Read(file);
    });

    /// <summary>All pixels, upright.</summary>
    public static PixelImage Read(string path) => Explained(path, () => Load(path, Sampling.Whole, null, null));

    /// <summary>The pixels, upright, in another size.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sampling">By area for pictures, of which a JPEG is decoded at a fraction of its size where that is enough; nearest for masks.</param>
    /// <param name="from">The size that the file had when it was first looked at.</param>
    /// <param name="to">The size wanted.</param>
    public static PixelImage Read(string path, Sampling sampling, (int Width, int Height) from, (int Width, int Height) to) =>
        Explained(path, () => Load(path, sampling, from, to));

    /// <summary>Hands over the rows of the file, upright, without holding the whole picture where the file need not be turned.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">Gets them; made of the header. What it throws a decoder may take for damage of the file: it must remember.</param>
    public static void Feed(string path, Func<ImageHeader, IRowSink> rows) => Explained(path, () => Decoded(path, (file, header) =>
    {
        if (header.Orientation == 1)
        {
            Decode(file, header, 1, rows(header));
            return true;
        }
        var stored = PixelImage.Allocate(header.StoredWidth, header.StoredHeight, header.DecodedChannels, header.Bits);
        Decode(file, header, 1, new WholeRows(stored));
        var image = Upright.Turn(stored, header.Orientation);
        Resample.Feed(image.Samples, image.Stride, rows(header));
        return true;
    }));

    /// <summary>Writes an 8- or 16-bit PNG file, whole or not at all.</summary>
    public static void WritePng(string path, PixelImage image) => AtomicFile.Write(path, file => PngRows.Write(file, image));

    private static PixelImage Load(string path, Sampling sampling, (int Width, int Height)? from, (int Width, int Height)? to) => Decoded(path, (file, header) =>
    {
        if (from is { } expected && expected != (header.Width, header.Height))
            throw new InvalidDataException($"the file has {header.Width} x {header.Height} pixels, but had {expected.Width} x {expected.Height} at the start");

        // A centre between two pixels belongs to the one on the right: turning comes first there, while areas are the same from all sides.
        var turnedFirst = sampling == Sampling.Nearest && header.Orientation != 1;
        var (width, height) = to is null || turnedFirst ? (header.Width, header.Height) : to.Value;
        var image = header.Orientation > 4
            ? PixelImage.Allocate(height, width, header.DecodedChannels, header.Bits) : PixelImage.Allocate(width, height, header.DecodedChannels, header.Bits);
        var reduction = sampling == Sampling.Area && header.Format == ImageFormat.Jpeg ? JpegDecoder.Reduction(header, image.Width, image.Height) : 1;
        Decode(file, header, reduction, Rows(sampling, (header.StoredWidth + reduction - 1) / reduction, (header.StoredHeight + reduction - 1) / reduction, image));
        image = Upright.Turn(image, header.Orientation);
        return turnedFirst ? Resample.Nearest(image, to!.Value.Width, to.Value.Height) : image;
    });

    // The bytes of a file go back to the pool afterwards.
    private static T Decoded<T>(string path, Func<ArraySegment<byte>, ImageHeader, T> decode)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length > Array.MaxLength)
            throw new InvalidDataException("the file is larger than 2 GB");
        var buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            var file = new ArraySegment<byte>(buffer, 0, Fill(handle, buffer.AsSpan(0, (int)length)));
            return decode(file, ImageHeader.Read(new MemoryStream(buffer, 0, file.Count)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Decode(ArraySegment<byte> file, ImageHeader header, int reduction, IRowSink rows)
    {
        switch (header.Format)
        {
            case ImageFormat.Png:
                PngReader.Read(file, header, rows);
                break;
            case ImageFormat.Jpeg:
                JpegDecoder.Decode(file, header, reduction, rows);
                break;
            case ImageFormat.Tiff:
                TiffDecoder.Decode(file, header, rows);
                break;
            default:
                ImageSharpDecoder.Decode(file, header, rows);
                break;
        }
    }

    private static IRowSink Rows(Sampling sampling, int width, int height, PixelImage into) =>
        (width, height) == (into.Width, into.Height) ? new WholeRows(into)
        : sampling == Sampling.Nearest ? new NearestRows(width, height, into) : new AreaRows(width, height, into);

    private static int Fill(SafeFileHandle handle, Span<byte> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && RandomAccess.Read(handle, buffer[filled..], filled) is var count and > 0)
            filled += count;
        return filled;
    }

    private static T Explained<T>(string path, Func<T> read)
    {
        const string Remedy = "replace the file or leave it out";
        try
        {
            return read();
        }
        catch (InvalidDataException e)
        {
            throw new SegTrainException(ExitCode.Data, $"{path}: {e.Message}; {Remedy}", e);
        }
        catch (EndOfStreamException e)
        {
            throw new SegTrainException(ExitCode.Data, $"{path}: the file is truncated; {Remedy}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var what = Directory.Exists(path) ? "this is a folder, not an image file" : File.Exists(path) ? $"cannot be read ({e.Message})" : "no such file";
            throw new SegTrainException(ExitCode.Data, $"{path}: {what}; {Remedy}", e);
        }
    }
}

/// <summary>How a picture comes into another size.</summary>
internal enum Sampling
{
    /// <summary>Not at all.</summary>
    Whole,

    /// <summary>Means of what each output pixel covers, see <see cref="Resample.Area"/>.</summary>
    Area,

    /// <summary>The pixel at the centre of each output pixel.</summary>
    Nearest,
}
