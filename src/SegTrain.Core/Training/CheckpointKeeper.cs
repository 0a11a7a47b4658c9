using System.Globalization;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;

namespace SegTrain.Core.Training;

/// <summary>Which checkpoints a run keeps, and when it writes them: last and best, and more where the config asks.</summary>
internal sealed class CheckpointKeeper(TrainingSetup setup, RunFolder folder)
{
    private const string Top = "top-";

    private readonly RunLength? _every = RunLength.Parse(setup.Config.Train.SaveEvery);
    private double _savedAt;

    /// <summary>Whether train.save_every asks for one in the midst of an epoch.</summary>
    public bool IsDue(TrainState state) =>
        (_every?.Steps is { } steps && state.Step % steps == 0) || (_every?.Time is { } time && state.Seconds - _savedAt >= time.TotalSeconds);

    /// <param name="name">Of its folder.</param>
    /// <param name="state">Where the run stands.</param>
    public TrainState Save(string name, TrainState state)
    {
        _savedAt = state.Seconds;
        using var averaged = setup.Averaged();
        Checkpoint.Save(folder.Checkpoint(name), setup, state);
        return state;
    }

    /// <summary>At the end of an epoch.</summary>
    public void SaveEpoch(TrainState state, bool isBest)
    {
        if (isBest) Save("best", state);
        foreach (var ranked in state.Ranking.Where(ranked => ranked.Epoch == state.Epoch)) Save(Name(ranked), state);
        if (setup.Config.Train.KeepEvery > 0 && state.Epoch % setup.Config.Train.KeepEvery == 0) Save($"epoch-{state.Epoch:0000}", state);
        // After the others: a run that is killed before it does them again.
        Save("last", state);
        // After the last, which knows the ranking: whenever the run is killed, a resumed one finds those that rank and removes the others.
        RemoveUnranked(state.Ranking);
    }

    private void RemoveUnranked(RankedEpoch[] ranking)
    {
        var kept = ranking.Select(ranked => folder.Checkpoint(Name(ranked))).ToHashSet();
        foreach (var path in Directory.GetDirectories(folder.Checkpoint(""), $"{Top}*").Where(path => !kept.Contains(path))) Directory.Delete(path, recursive: true);
    }

    /// <example><c>top-0.8731-epoch-0012</c>, so that they sort by value.</example>
    private static string Name(RankedEpoch ranked) => string.Create(CultureInfo.InvariantCulture, $"{Top}{ranked.Value:F4}-epoch-{ranked.Epoch:0000}");

    public TrainState Load(string name, Action<string> warn) => Checkpoint.Load(folder.Checkpoint(name), setup, warn);
}
