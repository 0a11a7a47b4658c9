using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.PixelFormats;

namespace SegTrain.Core.Images;

/// <summary>Decoding by ImageSharp.</summary>
internal static partial class ImageFile
{
    // Only the first frame is asked for; profiles and comments are not needed.
    private static readonly DecoderOptions FirstFrame = new() { MaxFrames = 1, SkipMetadata = true };

    public static partial string Decoder => $"ImageSharp {typeof(Image).Assembly.GetName().Version}";

    // ImageSharp's own reduction ends in a resampling that is not ours.
    private static partial int Reduction(ImageHeader header, int width, int height) => 1;

    private static partial void Decode(ReadOnlySpan<byte> file, ImageHeader header, int reduction, Span<byte> pixels)
    {
        // Damaged files make its readers throw whatever their arithmetic comes upon.
        try
        {
            switch (header.DecodedChannels, header.Bits)
            {
                case (1, 8): Copy<L8>(file, header, pixels); break;
                case (1, _): Copy<L16>(file, header, pixels); break;
                case (3, 8): Copy<Rgb24>(file, header, pixels); break;
                case (3, _): Copy<Rgb48>(file, header, pixels); break;
                case (_, 8): Copy<Rgba32>(file, header, pixels); break;
                default: Copy<Rgba64>(file, header, pixels); break;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static void Copy<TPixel>(ReadOnlySpan<byte> file, ImageHeader header, Span<byte> pixels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Image.Load<TPixel>(FirstFrame, file);
        if (image.Width != header.StoredWidth || image.Height != header.StoredHeight)
            throw new InvalidDataException($"decoded to {image.Width} x {image.Height} pixels where the header says {header.StoredWidth} x {header.StoredHeight}");
        image.CopyPixelDataTo(pixels);
    }
}
