namespace SegTrain.Core.Data;

/// <summary>Samples brought to one size.</summary>
/// <param name="source">The samples in their own sizes.</param>
/// <param name="resizing">The size, and how it is reached.</param>
/// <param name="keepsTargets">Whether targets stay as the files have them.</param>
internal sealed class ResizedSamples(ISampleSource source, Resizing resizing, bool keepsTargets = false) : ISampleSource
{
    public int Count => source.Count;

    public string Name(int index) => source.Name(index);

    public (int Width, int Height) Size(int index) => (resizing.Width, resizing.Height);

    public (int Width, int Height) TargetSize(int index) => keepsTargets ? source.Size(index) : Size(index);

    public Sample Load(int index)
    {
        var size = source.Size(index);
        var place = resizing.Place(size.Width, size.Height);
        var sample = source.Load(index, (place.Width, place.Height), keepsTargets ? size : (place.Width, place.Height));
        return resizing.Fit == FitMode.Stretch ? sample : new(
            place.Pad(sample.Image, resizing),
            keepsTargets ? sample.Target : place.Pad(sample.Target, resizing));
    }
}
