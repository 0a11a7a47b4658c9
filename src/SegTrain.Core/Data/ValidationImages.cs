using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Data.Splits;

namespace SegTrain.Core.Data;

/// <summary>The images that a run validates on, as its net sees them; no mask is decoded but where the division goes by classes.</summary>
internal static class ValidationImages
{
    /// <param name="config">Of the run.</param>
    /// <param name="channels">Of its images.</param>
    /// <exception cref="SegTrainException">The set is not there any more, or something is wrong with it.</exception>
    public static ISampleSource Open(LoadingConfig config, int channels)
    {
        var data = config.Data;
        ISampleSource images = string.IsNullOrEmpty(data.Path)
            ? new SyntheticSamples(data.Synthetic, data.Synthetic.Train, data.Synthetic.Validation, channels, config.Seed)
            : new FileSamples(Pairs(data, config.Seed), new NoTargets(), channels);
        return data.Resizing is { } resizing ? new ResizedSamples(images, resizing, keepsTargets: true) : images;
    }

    private static IReadOnlyList<CheckedPair> Pairs(DataConfig data, int seed)
    {
        var problems = new DataProblems();
        var all = PairList.Find(data, problems).Pairs;
        problems.ThrowIfAny(data.Path!);
        var classes = data.Stratify ? MaskSurvey.Of(data, [.. all.Where(static pair => pair.Pair.Split != Split.Test)], problems)?.ClassesOf() : null;
        var division = Division.Of(all, data, seed, classes ?? (static _ => []), problems);
        problems.ThrowIfAny(data.Path!);
        return division.Validation;
    }

    private sealed class NoTargets : ITargetReader
    {
        public byte[] Read(CheckedPair pair, int width, int height) => [];

        public MaskScan Scan(CheckedPair pair) => throw new InvalidOperationException("nobody counts pixels of no mask");
    }
}
