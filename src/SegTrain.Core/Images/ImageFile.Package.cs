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

    private static partial void Decode(byte[] file, ImageHeader header, PixelImage into)
    {
        try
        {
            switch (into.Channels, into.Bits)
            {
                case (1, 8): Copy<L8>(file, into); break;
                case (1, _): Copy<L16>(file, into); break;
                case (3, 8): Copy<Rgb24>(file, into); break;
                case (3, _): Copy<Rgb48>(file, into); break;
                case (_, 8): Copy<Rgba32>(file, into); break;
                default: Copy<Rgba64>(file, into); break;
            }
        }
        catch (Exception e) when (e is ImageFormatException or ImageProcessingException or NotSupportedException or InvalidImageContentException)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private static void Copy<TPixel>(byte[] file, PixelImage into)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using var image = Image.Load<TPixel>(FirstFrame, file);
        if (image.Width != into.Width || image.Height != into.Height)
            throw new InvalidDataException($"decoded to {image.Width} x {image.Height} pixels where the header says {into.Width} x {into.Height}");
        image.CopyPixelDataTo(into.Samples);
    }
}
