namespace SegTrain.Kernels;

/// <summary>Rows of a batch: probabilities p (Images, Classes, Pixels) and labels (Images, Pixels), each contiguous, the last index the fastest.</summary>
/// <param name="Images">N, from 0.</param>
/// <param name="Classes">C, from 1.</param>
/// <param name="Pixels">P, from 0; N C P is at most 2^31 - 1.</param>
/// <param name="First">The label of the first class; the next has the next number. Planes of 0 and 1 are images with one class, whose label is 1.</param>
/// <param name="Ignored">The label of pixels that do not count, even where it is that of a class; null for none.</param>
public readonly record struct RegionShape(int Images, int Classes, int Pixels, int First = 0, int? Ignored = null)
{
    // The label of nobody.
    private const int Nothing = int.MinValue;

    internal int IgnoredLabel => Ignored ?? Nothing;

    internal int LabelOf(int channel) => First + channel == Ignored ? Nothing : First + channel;

    internal void Check(int p, int labels, int sums)
    {
        if (p != checked(Images * Classes * Pixels) || labels != Images * Pixels || sums != Images * Classes)
        {
            throw new ArgumentException(
                $"{p} probabilities, {labels} labels and {sums} sums are not those of {Images} images, {Classes} classes and {Pixels} pixels");
        }
    }
}
