using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Augment.Warps;

namespace SegTrain.Core.Data.Augment;

/// <summary>A sample for which all is drawn and whose pixels are yet to be written.</summary>
/// <param name="View">Where its pixels come from.</param>
internal sealed record PreparedSample(SampleView View)
{
    /// <summary>How they are interpolated; null where whole pixels are taken.</summary>
    public Warp? Warp { get; init; }

    /// <summary>Null where the warp does not bend.</summary>
    public ElasticField? Field { get; init; }

    /// <summary>What is done to the colours, in order, whether it was drawn for this sample or not: in the same places for all samples of a plan.</summary>
    public IReadOnlyList<(IRetouch Retouch, Drawn? Drawn)> Retouches { get; init; } = [];

    /// <summary>What is pasted over it in the end; null for nothing.</summary>
    public CutMix? Patch { get; init; }

    public Sample Sample => View.Sample;

    public int Width => View.Width;

    public int Height => View.Height;

    /// <summary>Writes all pixels.</summary>
    /// <param name="planes">Channels x Height x Width, from 0 to 1, but floating point as it is; empty to leave colours out.</param>
    /// <param name="target">Height x Width class indices; a target in another size than the image is seen whole.</param>
    public void Write(Span<float> planes, Span<byte> target)
    {
        if (Warp is { } warp)
            WarpedView.Write(View, warp, Field, planes, target);
        else
            View.Write(planes, target);
        foreach (var (retouch, drawn) in Retouches)
        {
            if (drawn is not { } numbers)
                continue;
            if (!planes.IsEmpty)
                retouch.Apply(new Picture(planes, Width, Height), numbers);
            retouch.Hide(target, Width, numbers);
        }

        Patch?.Paste(planes, target, Width);
    }
}
