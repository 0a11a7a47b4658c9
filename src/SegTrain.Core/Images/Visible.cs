using System.Numerics;

namespace SegTrain.Core.Images;

/// <summary>Pictures for people.</summary>
internal static class Visible
{
    /// <summary>
    /// In 8 bits. Microscopes use a few of 16 bits, which would be black, and floating point has any range: the darkest and the brightest sample become
    /// 0 and 255.
    /// </summary>
    public static PixelImage Of(PixelImage image)
    {
        if (image.Bits == 8)
            return image;
        var visible = PixelImage.Allocate(image.Width, image.Height, image.Channels, 8);
        if (image.Bits == 16)
            Stretch<ushort>(image.Words, visible.Samples);
        else
            Stretch<float>(image.Floats, visible.Samples);
        return visible;
    }

    private static void Stretch<T>(ReadOnlySpan<T> samples, Span<byte> visible)
        where T : unmanaged, INumber<T>
    {
        var (least, most) = (samples[0], samples[0]);
        foreach (var sample in samples)
            (least, most) = (T.Min(least, sample), T.Max(most, sample));
        var (from, range) = (double.CreateTruncating(least), double.CreateTruncating(most) - double.CreateTruncating(least));
        for (var i = 0; i < samples.Length; i++)
            visible[i] = (byte)(range == 0 ? 0 : (double.CreateTruncating(samples[i]) - from) * 255 / range);
    }
}
