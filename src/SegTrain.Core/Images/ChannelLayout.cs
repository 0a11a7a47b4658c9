using System.Numerics;

namespace SegTrain.Core.Images;

/// <summary>Changes the channels of a picture: grey to RGB by copying, RGB to grey by luma, alpha dropped or added as opaque.</summary>
internal static class ChannelLayout
{
    public static PixelImage Convert(PixelImage image, int channels)
    {
        if (image.Channels == channels)
            return image;
        var converted = PixelImage.Allocate(image.Width, image.Height, channels, image.Bits);
        if (image.Bits == 8)
            Copy<byte>(image.Samples, image.Channels, converted.Samples, channels, byte.MaxValue);
        else if (image.Bits == 16)
            Copy<ushort>(image.Words, image.Channels, converted.Words, channels, ushort.MaxValue);
        else
            Copy<float>(image.Floats, image.Channels, converted.Floats, channels, 1);
        return converted;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, int fromChannels, Span<T> to, int toChannels, T opaque)
        where T : unmanaged, INumber<T>
    {
        for (var (i, o) = (0, 0); o < to.Length; i += fromChannels, o += toChannels)
        {
            var (r, g, b) = fromChannels == 1 ? (from[i], from[i], from[i]) : (from[i], from[i + 1], from[i + 2]);
            if (toChannels == 1)
            {
                to[o] = typeof(T) == typeof(float)
                    ? T.CreateTruncating(Luma(float.CreateTruncating(r), float.CreateTruncating(g), float.CreateTruncating(b)))
                    : T.CreateTruncating(Luma(ulong.CreateTruncating(r), ulong.CreateTruncating(g), ulong.CreateTruncating(b)));
                continue;
            }

            (to[o], to[o + 1], to[o + 2]) = (r, g, b);
            if (toChannels == 4)
                to[o + 3] = opaque;
        }
    }

    // ITU-R BT.601 in 16-bit fixed point, as PIL has it; the weights add up to 65536, so grey stays what it is.
    private static ulong Luma(ulong r, ulong g, ulong b) => ((r * 19595) + (g * 38470) + (b * 7471) + 32768) >> 16;

    private static float Luma(float r, float g, float b) => (0.299f * r) + (0.587f * g) + (0.114f * b);
}
