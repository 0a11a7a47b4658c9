namespace SegTrain.Core.Data;

internal enum CacheMode
{
    /// <summary>What fits is kept, the rest decoded anew.</summary>
    Auto,

    /// <summary>Everything is kept or the run refused.</summary>
    Ram,

    None,
}

/// <summary>Keeps the first samples once loaded, as bytes, so that only the first epoch decodes them; the others are loaded anew each time.</summary>
internal sealed class CachedSamples(ISampleSource source, int kept) : ISampleSource
{
    private readonly Sample?[] _kept = new Sample?[kept];

    public int Count => source.Count;

    public string Name(int index) => source.Name(index);

    public (int Width, int Height) Size(int index) => source.Size(index);

    public (int Width, int Height) TargetSize(int index) => source.TargetSize(index);

    // Two threads may load the same sample at once; both get equal ones.
    public Sample Load(int index) => index >= _kept.Length ? source.Load(index) : Volatile.Read(ref _kept[index]) ?? Keep(index);

    private Sample Keep(int index)
    {
        var sample = source.Load(index);
        Volatile.Write(ref _kept[index], sample);
        return sample;
    }
}
