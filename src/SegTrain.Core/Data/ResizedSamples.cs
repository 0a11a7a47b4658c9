using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>Samples brought to one size: images by area, classes by the nearest pixel.</summary>
internal sealed class ResizedSamples(ISampleSource source, int width, int height) : ISampleSource
{
    public int Count => source.Count;

    public string Name(int index) => source.Name(index);

    public (int Width, int Height) Size(int index) => (width, height);

    public Sample Load(int index)
    {
        var (image, target) = source.Load(index);
        return new(Resample.Area(image, width, height), Resample.Nearest(target, image.Width, image.Height, width, height));
    }
}
