using System.Buffers;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>
/// A rectangle of another training sample, image and classes alike, as training would see that sample (S. Yun et al.: CutMix. ICCV 2019,
/// arXiv:1905.04899). Every pixel has one class before and after, so any loss takes it.
/// </summary>
internal sealed record CutMix(PreparedSample Part, int Left, int Top)
{
    /// <param name="into">The sample that is pasted into.</param>
    /// <param name="other">Where the rectangle is from; where it is smaller, ignored pixels are pasted.</param>
    /// <param name="augmenter">What training does to the other sample.</param>
    /// <param name="random">Draws the rectangle, of uniform area and the shape of the sample, then what is done to its pixels.</param>
    public static CutMix Draw(PreparedSample into, Sample other, Augmenter augmenter, CounterRandom random)
    {
        var side = Math.Sqrt(random.NextDouble());
        var (width, height) = ((int)Math.Ceiling(side * into.Width), (int)Math.Ceiling(side * into.Height));
        var (left, top) = (random.NextInt(into.Width - width + 1), random.NextInt(into.Height - height + 1));
        var part = augmenter.Place(other, ref random).Crop(left, top, width, height);
        return new CutMix(augmenter.Draw(part, ref random), left, top);
    }

    /// <param name="planes">Channels x height x <paramref name="width"/>; empty to leave colours out.</param>
    /// <param name="target">Height x <paramref name="width"/> class indices.</param>
    /// <param name="width">Pixels in a row.</param>
    public void Paste(Span<float> planes, Span<byte> target, int width)
    {
        var (size, channels) = (Part.Width * Part.Height, planes.Length / target.Length);
        var colors = ArrayPool<float>.Shared.Rent(channels * size);
        var classes = ArrayPool<byte>.Shared.Rent(size);
        Part.Write(colors.AsSpan(0, channels * size), classes.AsSpan(0, size));
        for (var y = 0; y < Part.Height; y++)
        {
            var to = ((Top + y) * width) + Left;
            classes.AsSpan(y * Part.Width, Part.Width).CopyTo(target[to..]);
            for (var channel = 0; channel < channels; channel++)
                colors.AsSpan((channel * size) + (y * Part.Width), Part.Width).CopyTo(planes[((channel * target.Length) + to)..]);
        }

        ArrayPool<float>.Shared.Return(colors);
        ArrayPool<byte>.Shared.Return(classes);
    }
}
