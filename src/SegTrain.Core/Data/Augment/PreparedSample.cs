using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>A sample whose size in the batch is settled and whose pixels are yet to be written.</summary>
/// <param name="View">Where its pixels come from.</param>
/// <param name="Augmenter">What is done to them; null for nothing.</param>
/// <param name="Random">The draws that are left to the writing.</param>
/// <param name="Patch">What is pasted over it in the end; null for nothing.</param>
internal readonly record struct PreparedSample(SampleView View, Augmenter? Augmenter = null, CounterRandom Random = default, CutMix? Patch = null)
{
    public Sample Sample => View.Sample;

    public int Width => View.Width;

    public int Height => View.Height;

    /// <inheritdoc cref="SampleView.Write"/>
    public void Write(Span<float> planes, Span<byte> target)
    {
        if (Augmenter is null)
            View.Write(planes, target);
        else
            Augmenter.Write(View, Random, planes, target);
        Patch?.Paste(planes, target, Width);
    }
}
