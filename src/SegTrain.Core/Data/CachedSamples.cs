namespace SegTrain.Core.Data;

/// <summary>Keeps every sample once loaded, so that only the first epoch decodes.</summary>
internal sealed class CachedSamples(ISampleSource source) : ISampleSource
{
    private readonly Sample?[] _kept = new Sample?[source.Count];

    public int Count => source.Count;

    public string Name(int index) => source.Name(index);

    public (int Width, int Height) Size(int index) => source.Size(index);

    // Two threads may load the same sample at once; both get equal ones.
    public Sample Load(int index) => Volatile.Read(ref _kept[index]) ?? Keep(index);

    private Sample Keep(int index)
    {
        var sample = source.Load(index);
        Volatile.Write(ref _kept[index], sample);
        return sample;
    }
}
