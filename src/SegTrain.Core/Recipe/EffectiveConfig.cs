using SegTrain.Core.Config;

namespace SegTrain.Core.Recipe;

/// <summary>The configuration of a run after all layers, and which layer each value came from.</summary>
internal sealed class EffectiveConfig(RunConfig run, IReadOnlyDictionary<string, Origin> origins)
{
    /// <exception cref="SegTrainException"><see cref="ExitCode.Config"/> with one line for each problem.</exception>
    public static EffectiveConfig Load(ConfigSources sources)
    {
        var (run, origins) = ConfigLoader<RunConfig>.Load(sources);
        return new(run, origins);
    }

    public RunConfig Run { get; } = run;

    /// <summary>The keys that some layer set.</summary>
    public IReadOnlyCollection<string> Set => [.. origins.Keys];

    /// <param name="key">A dotted key such as <c>train.epochs</c>.</param>
    public Origin OriginOf(string key) => origins.GetValueOrDefault(key, Origin.Default);

    /// <summary>What <c>--print-config</c> prints: each value with where it came from.</summary>
    public string Text() => ConfigWriter.WriteWithOrigins(Run, OriginOf);

    /// <summary>Other values from the same layers.</summary>
    public EffectiveConfig With(RunConfig other) => new(other, origins);
}
