namespace SegTrain.Core.Images;

/// <summary>Turns a picture as EXIF's orientation says.</summary>
internal static class Upright
{
    /// <param name="image">Pixels as stored.</param>
    /// <param name="orientation">1 upright, 2 mirrored, 3 half turn, 4 flipped, 5 transposed, 6 to be turned clockwise, 7 transposed the other way, 8 counter-clockwise.</param>
    public static PixelImage Turn(PixelImage image, int orientation)
    {
        if (orientation == 1)
            return image;
        var (width, height) = orientation > 4 ? (image.Height, image.Width) : (image.Width, image.Height);
        var turned = PixelImage.Allocate(width, height, image.Channels, image.Bits);
        var size = image.Channels * image.Bits / 8;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var (column, row) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                image.Samples.AsSpan(((row * image.Width) + column) * size, size).CopyTo(turned.Samples.AsSpan(((y * width) + x) * size));
            }
        }

        return turned;
    }
}
