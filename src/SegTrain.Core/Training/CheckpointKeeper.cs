using SegTrain.Core.Tracking;

namespace SegTrain.Core.Training;

/// <summary>Which checkpoints a run keeps, and when it writes them: last and best, and more where the config asks.</summary>
internal sealed class CheckpointKeeper(TrainingSetup setup, RunFolder folder)
{
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
        Save("last", state);
        if (setup.Config.Train.KeepEvery > 0 && state.Epoch % setup.Config.Train.KeepEvery == 0) Save($"epoch-{state.Epoch:0000}", state);
    }

    public TrainState Load(string name, Action<string> warn) => Checkpoint.Load(folder.Checkpoint(name), setup, warn);
}
