namespace SegTrain.Core.Images;

/// <summary>Resizing of pictures that are in memory; whole samples in exact whole numbers, so the same bits on every machine.</summary>
internal static class Resample
{
    /// <summary>
    /// Along each axis, an output sample is the mean of the input it covers where the axis shrinks, and linear between the two nearest
    /// input centres where it grows (edges repeated). Whole samples are rounded half up once, at the end.
    /// </summary>
    /// <example>One row 10 20 30 to two: (10 + 20 / 2) / 1.5 = 13.33 and (20 / 2 + 30) / 1.5 = 26.67, so 13 27.</example>
    public static PixelImage Area(PixelImage image, int width, int height)
    {
        if ((image.Width, image.Height) == (width, height))
            return image;
        var resized = PixelImage.Allocate(width, height, image.Channels, image.Bits);
        Feed(image.Samples, image.Stride, new AreaRows(image.Width, image.Height, resized));
        return resized;
    }

    /// <summary>The value at the input pixel that holds the centre of the output pixel.</summary>
    public static PixelImage Nearest(PixelImage image, int width, int height)
    {
        if ((image.Width, image.Height) == (width, height))
            return image;
        var resized = PixelImage.Allocate(width, height, image.Channels, image.Bits);
        Feed(image.Samples, image.Stride, new NearestRows(image.Width, image.Height, resized));
        return resized;
    }

    /// <summary>Hands over the rows of pixels that lie one after the other.</summary>
    public static void Feed(ReadOnlySpan<byte> samples, int stride, IRowSink rows)
    {
        for (; samples.Length > 0; samples = samples[stride..])
            rows.Write(samples[..stride]);
    }
}
