namespace SegTrain.Core.Config;

/// <summary>The configuration of a run after all layers, and which layer each value came from.</summary>
internal sealed class EffectiveConfig(RunConfig run, IReadOnlyDictionary<string, Origin> origins)
{
    public RunConfig Run { get; } = run;

    /// <summary>The keys that some layer set.</summary>
    public IReadOnlyCollection<string> Set => [.. origins.Keys];

    /// <param name="key">A dotted key such as <c>train.epochs</c>.</param>
    public Origin OriginOf(string key) => origins.GetValueOrDefault(key, Origin.Default);

    /// <summary>Other values from the same layers.</summary>
    public EffectiveConfig With(RunConfig other) => new(other, origins);
}
