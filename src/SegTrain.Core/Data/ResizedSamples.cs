namespace SegTrain.Core.Data;

/// <summary>Samples brought to one size.</summary>
internal sealed class ResizedSamples(ISampleSource source, int width, int height) : ISampleSource
{
    public int Count => source.Count;

    public string Name(int index) => source.Name(index);

    public (int Width, int Height) Size(int index) => (width, height);

    public Sample Load(int index) => source.Load(index, width, height);
}
