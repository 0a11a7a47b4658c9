namespace SegTrain.Kernels;

/// <summary>
/// How sums over a channel are cut, by sizes alone: into a part for each image, or where planes are small, for some images together, whose sums stay in the same registers.
/// Parts are in the order of their first planes.
/// </summary>
/// <param name="Size">(N, C, P).</param>
/// <param name="Together">Images of a part, but for the last group, which may have fewer.</param>
/// <param name="Groups">Parts of a channel.</param>
internal readonly record struct ChannelCut(ChannelSize Size, int Together, int Groups)
{
    /// <summary>Numbers whose sums are float32.</summary>
    public const int Block = 1024;

    /// <summary>From a plane to the next one of its channel.</summary>
    public long Stride => (long)Size.Channels * Size.Pixels;

    public static ChannelCut Of(ChannelSize size)
    {
        var together = Math.Clamp(Block / Math.Max(1, size.Pixels), 1, size.Images);
        return new(size, together, (size.Images + together - 1) / together);
    }

    /// <summary>Planes of a part.</summary>
    public int Planes(long part) => (int)Math.Min(Together, Size.Images - part / Size.Channels * Together);

    /// <summary>The first pixel of a part.</summary>
    public unsafe float* At(long part, float* values) => values + part / Size.Channels * Together * Stride + part % Size.Channels * Size.Pixels;
}
