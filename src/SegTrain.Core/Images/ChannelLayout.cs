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
            Copy<byte>(image.Samples, image.Channels, converted.Samples, channels);
        else
            Copy<ushort>(image.Words, image.Channels, converted.Words, channels);
        return converted;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, int fromChannels, Span<T> to, int toChannels)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        for (var (i, o) = (0, 0); o < to.Length; i += fromChannels, o += toChannels)
        {
            var (r, g, b) = fromChannels == 1 ? (from[i], from[i], from[i]) : (from[i], from[i + 1], from[i + 2]);
            if (toChannels == 1)
            {
                to[o] = T.CreateTruncating(Luma(ulong.CreateTruncating(r), ulong.CreateTruncating(g), ulong.CreateTruncating(b)));
                continue;
            }

            (to[o], to[o + 1], to[o + 2]) = (r, g, b);
            if (toChannels == 4)
                to[o + 3] = T.MaxValue;
        }
    }

    // ITU-R BT.601 in 16-bit fixed point, as PIL has it; the weights add up to 65536, so grey stays what it is.
    private static ulong Luma(ulong r, ulong g, ulong b) => ((r * 19595) + (g * 38470) + (b * 7471) + 32768) >> 16;
}
