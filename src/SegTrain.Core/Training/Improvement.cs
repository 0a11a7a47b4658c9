using SegTrain.Core.Recipe;

namespace SegTrain.Core.Training;

/// <summary>Whether a run gets better, and what follows from it.</summary>
internal static class Improvement
{
    /// <summary>
    /// Whether the watched metric, where the epoch has it, is better than ever. A loss falls, everything else rises; any number is better
    /// than none, and the first validation is the best so far whatever it gives.
    /// </summary>
    public static bool IsBest(RunConfig config, TrainState state, IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(config.Train.Best, out var value)) return false;
        if (state.Best is not { } best) return true;
        if (double.IsNaN(best)) return !double.IsNaN(value);
        return Falls(config) ? value < best : value > best;
    }

    private static bool Falls(RunConfig config) => config.Train.Best.EndsWith(".loss", StringComparison.Ordinal);

    /// <summary>The ranking with one epoch more; of equals the earlier ranks higher.</summary>
    private static RankedEpoch[] Ranked(RunConfig config, TrainState state, double value) => config.Train.KeepBest == 1 || !double.IsFinite(value)
        ? state.Ranking
        : [.. state.Ranking.Append(new(state.Epoch, value)).OrderBy(epoch => Falls(config) ? epoch.Value : -epoch.Value).Take(config.Train.KeepBest)];

    /// <summary>The state at the beginning of the next epoch.</summary>
    public static TrainState AfterEpoch(RunConfig config, TrainState state, Dictionary<string, double> metrics)
    {
        state = state with { Epoch = state.Epoch + 1, BatchInEpoch = 0, LossSum = 0, Images = 0, Counts = [], Metrics = metrics };
        if (metrics.TryGetValue(config.Train.Best, out var value)) state = state with { Ranking = Ranked(config, state, value) };
        if (IsBest(config, state, metrics))
            return state with { Best = metrics[config.Train.Best], BestEpoch = state.Epoch, BestMetrics = metrics, Stale = 0, StaleRate = 0 };
        if (!metrics.ContainsKey(config.Train.Best)) return state;
        state = state with { Stale = state.Stale + 1, StaleRate = state.StaleRate + 1 };
        return Optim.Schedule.Named(config.Schedule.Name).FollowsValidation && state.StaleRate >= config.Schedule.Patience
            ? state with { RateFactor = state.RateFactor * config.Schedule.Factor, StaleRate = 0 }
            : state;
    }
}
