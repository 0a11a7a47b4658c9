using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>Three epochs on eight synthetic images of 16x16, two steps each.</summary>
internal static class ShortRun
{
    private static readonly string[] Defaults =
    [
        "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1",
        "model.depth=1", "model.width=8", "train.epochs=3", "train.batch_size=4", "train.device=cpu",
    ];

    /// <param name="keys"><c>key=value</c>, in place of the defaults or besides; <c>key=</c> takes a default away.</param>
    /// <returns>The metrics of each epoch.</returns>
    public static List<IReadOnlyDictionary<string, double>> Epochs(params string[] keys)
    {
        using var folder = new TemporaryFolder();
        return EpochsIn(folder.Path, keys);
    }

    /// <param name="runs">The folder in which the run folder is made.</param>
    /// <param name="keys">As above.</param>
    public static List<IReadOnlyDictionary<string, double>> EpochsIn(string runs, params string[] keys)
    {
        var settings = Defaults.Concat(keys).Append($"train.runs={runs}").GroupBy(static key => key.Split('=')[0])
            .Select(static group => group.Last()).Where(static key => !key.EndsWith('='));
        var seen = new List<IReadOnlyDictionary<string, double>>();
        Fit.Run(new FitRequest(LoadSet([.. settings]), null, [], "segtrain fit"), new Watcher(epoch: epoch => seen.Add(epoch.Metrics)), Logger.None, CancellationToken.None);
        return seen;
    }
}
