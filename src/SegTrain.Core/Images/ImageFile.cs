using System.Buffers.Binary;
using SegTrain.Core.Files;

namespace SegTrain.Core.Images;

/// <summary>
/// PNG, JPEG, BMP and TIFF files, told apart by content. Every fault of a file is a <see cref="SegTrainException"/> that names it.
/// Decoding itself differs by backend; what it delivers is fixed here, by the header.
/// </summary>
internal static partial class ImageFile
{
    /// <summary>Extensions, in lower case, that a folder is searched for.</summary>
    public static readonly IReadOnlyList<string> Extensions = [".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"];

    /// <summary>The decoder, for <c>doctor</c>.</summary>
    /// <exception cref="SegTrainException">It does not load.</exception>
    public static partial string Decoder { get; }

    /// <summary>Size and layout, without decoding. A truncated file is refused here already.</summary>
    public static ImageHeader Identify(string path) => Explained(path, () =>
    {
        using var file = File.OpenRead(path);
        return ImageHeader.Read(file);
    });

    /// <summary>All pixels, upright.</summary>
    public static PixelImage Read(string path) => Explained(path, () =>
    {
        var file = File.ReadAllBytes(path);
        var header = ImageHeader.Read(new MemoryStream(file));

        // Decoders differ in what they make of a TIFF's orientation; none is left for them to see.
        if (header is { Format: ImageFormat.Tiff, Orientation: not 1 })
            MakeUpright(file, header.OrientationOffset);
        var image = PixelImage.Allocate(header.StoredWidth, header.StoredHeight, header.DecodedChannels, header.Bits);
        Decode(file, header, image);
        return Upright.Turn(image, header.Orientation);
    });

    /// <summary>Writes an 8- or 16-bit PNG file, whole or not at all.</summary>
    public static void WritePng(string path, PixelImage image) => AtomicFile.Write(path, file => PngWriter.Write(file, image));

    /// <exception cref="InvalidDataException">The decoder's own words.</exception>
    private static partial void Decode(byte[] file, ImageHeader header, PixelImage into);

    private static void MakeUpright(byte[] tiff, long offset)
    {
        if (tiff[0] == 'I')
            BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan((int)offset), 1);
        else
            BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan((int)offset), 1);
    }

    private static T Explained<T>(string path, Func<T> read)
    {
        const string Remedy = "replace the file or take the pair out of the data set";
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
