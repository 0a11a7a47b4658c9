using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Training;

/// <summary>An image of 16x16 whose left half is the class.</summary>
internal static class SmallPair
{
    public static void Write(string images, string masks, string name)
    {
        var (image, mask) = (PixelImage.Allocate(16, 16, 1, 8), PixelImage.Allocate(16, 16, 1, 8));
        for (var i = 0; i < 256; i++)
        {
            mask.Samples[i] = (byte)(i % 16 < 8 ? 255 : 0);
            image.Samples[i] = (byte)(i % 16 < 8 ? 200 + (i % 7) : 40 + (i % 5));
        }
        ImageFile.WritePng(Path.Combine(images, $"{name}.png"), image);
        ImageFile.WritePng(Path.Combine(masks, $"{name}.png"), mask);
    }

    /// <summary>In place of an image or a mask.</summary>
    public static void WriteInverted(string folder, string name)
    {
        var path = Path.Combine(folder, $"{name}.png");
        var image = ImageFile.Read(path);
        for (var i = 0; i < image.Samples.Length; i++) image.Samples[i] ^= 255;
        ImageFile.WritePng(path, image);
    }
}
