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
            Copy<byte>(image.Samples, image.Channels, converted.Samples, channels, byte.MaxValue, static v => v, static v => (byte)v);
        else
            Copy<ushort>(image.Words, image.Channels, converted.Words, channels, ushort.MaxValue, static v => v, static v => (ushort)v);
        return converted;
    }

    private static void Copy<T>(ReadOnlySpan<T> from, int fromChannels, Span<T> to, int toChannels, T opaque, Func<T, uint> read, Func<uint, T> write)
        where T : unmanaged
    {
        for (var (i, o) = (0, 0); o < to.Length; i += fromChannels, o += toChannels)
        {
            var (r, g, b) = fromChannels == 1 ? (from[i], from[i], from[i]) : (from[i], from[i + 1], from[i + 2]);
            if (toChannels == 1)
            {
                to[o] = write(Luma(read(r), read(g), read(b)));
                continue;
            }

            (to[o], to[o + 1], to[o + 2]) = (r, g, b);
            if (toChannels == 4)
                to[o + 3] = opaque;
        }
    }

    // ITU-R BT.601 in 16-bit fixed point, as PIL has it; the weights add up to 65536, so grey stays what it is.
    private static uint Luma(uint r, uint g, uint b) => (uint)(((r * 19595ul) + (g * 38470ul) + (b * 7471ul) + 32768) >> 16);
}
