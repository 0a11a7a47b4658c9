using System.Security.Cryptography;
using System.Text;
using SegTrain.Core.Config;
using SegTrain.Core.Data;

namespace SegTrain.Core.Training;

/// <summary>What must not have changed when a run is resumed, or its second half would belong to another run.</summary>
internal static class Resumption
{
    // Where and how long a run trains does not change what a step does.
    private static readonly string[] Free =
    [
        "data.path", "data.threads", "data.cache", "data.cache_bytes", "augment.on", "train.epochs", "train.budget", "train.patience", "train.non_finite", "train.device",
        "train.validate_every", "train.save_every", "train.keep_best", "train.keep_every", "train.runs", "train.name",
    ];

    /// <exception cref="SegTrainException">A key has another value than in the run's config.yaml.</exception>
    public static void CheckConfig(RunConfig stored, RunConfig now)
    {
        var changed = ConfigSchema.Differences(stored, now).Where(static change => !Free.Contains(change.Key)).ToList();
        if (changed.Count > 0)
        {
            throw new SegTrainException(ExitCode.Config, string.Join('\n',
                changed.Select(static change => $"{change.Key} is {change.Now}, but the run has {change.Before}")
                    .Append($"A resumed run may change only {string.Join(", ", Free)}. For another run begin anew.")));
        }
    }

    /// <summary>A hash of the names, sizes and classes of the samples.</summary>
    public static string Fingerprint(Dataset data)
    {
        var text = new StringBuilder();
        foreach (var item in data.Classes.Items) text.Append(item.Name).Append(' ').Append(item.Value).Append(' ').Append(item.Share.ToString("R")).Append('\n');
        foreach (var source in (ISampleSource[])[data.Train, data.Validation])
        {
            text.Append(source.Count).Append('\n');
            for (var i = 0; i < source.Count; i++) text.Append(source.Name(i)).Append(' ').Append(source.Size(i)).Append('\n');
        }
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <exception cref="SegTrainException">The run was begun with other data.</exception>
    public static void CheckData(TrainState state, string fingerprint, string? path)
    {
        if (state.Data.Length > 0 && state.Data != fingerprint)
        {
            throw new SegTrainException(ExitCode.Data,
                $"{path ?? "the synthetic set"}: names, sizes or masks are not those that the run was begun with; bring the data back or begin anew.");
        }
    }
}
