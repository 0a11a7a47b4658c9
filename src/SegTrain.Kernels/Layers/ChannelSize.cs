namespace SegTrain.Kernels;

/// <summary>Images of several channels, (N, C, P), dense.</summary>
/// <param name="Images">N.</param>
/// <param name="Channels">C.</param>
/// <param name="Pixels">P, of a plane.</param>
public readonly record struct ChannelSize(int Images, int Channels, int Pixels)
{
    /// <summary>Of all images and channels.</summary>
    public long Planes => (long)Images * Channels;

    /// <summary>Numbers that are normalised together.</summary>
    public double Values => (double)Images * Pixels;
}
