using SegTrain.Core.Recipe;

namespace SegTrain.Core.Training;

/// <summary>How long a run goes on: epochs, a budget, and patience, whichever ends first.</summary>
/// <param name="train">Epochs, budget, patience.</param>
/// <param name="stepsPerEpoch">Optimizer steps of an epoch.</param>
internal sealed class TrainingLength(TrainConfig train, int stepsPerEpoch)
{
    // Longer than any run, and far within what a TimeSpan can hold.
    private const double MostSeconds = 1e10;

    private readonly RunLength? _budget = RunLength.Parse(train.Budget);

    public int StepsPerEpoch => stepsPerEpoch;

    /// <summary>How many epochs there will be, unless something ends the run before; null where a budget decides alone.</summary>
    public int? Epochs => _budget is not null && train.Epochs == TrainConfig.MostEpochs ? null : train.Epochs;

    /// <summary>Steps of the whole run, were it not for a budget of time.</summary>
    public long Steps => Math.Min((long)stepsPerEpoch * train.Epochs, _budget?.Steps ?? long.MaxValue);

    /// <summary>Whether no step is left. The epoch under way still has to end: with its validation, and in a run that was stopped before it.</summary>
    public bool IsSpent(TrainState state) => state.Step >= Steps || (_budget?.Time is { } time && state.Seconds >= time.TotalSeconds);

    /// <summary>Whether nothing is left to do.</summary>
    public bool IsOver(TrainState state) => End(state) is not null;

    /// <summary>What has ended the run, and how it may go on; null while something is left to do.</summary>
    public string? End(TrainState state) =>
        state.Epoch >= train.Epochs ? $"all its epochs ({train.Epochs}) are done; raise train.epochs"
        : state.BatchInEpoch > 0 ? null
        : IsSpent(state) ? $"its budget of {train.Budget} is spent; raise train.budget"
        : train.Patience > 0 && state.Stale >= train.Patience ? $"{train.Best} has not improved in {state.Stale} validations; raise train.patience"
        : null;

    /// <summary>Whether the epoch that ends here validates.</summary>
    public bool Validates(TrainState state) =>
        (state.Epoch + 1) % train.ValidateEvery == 0 || IsOver(state with { Epoch = state.Epoch + 1, BatchInEpoch = 0 });

    /// <summary>Where the schedule stands, from 0 to <see cref="Steps"/>: a budget of time moves it on as the time goes.</summary>
    public double ScheduleStep(TrainState state) =>
        _budget?.Time is { } time ? Math.Max(state.Step, Math.Min(1, state.Seconds / time.TotalSeconds) * Steps) : state.Step;

    /// <summary>How long it will take at a speed.</summary>
    public TimeSpan Left(TrainState state, double secondsPerStep)
    {
        var seconds = Math.Min((Steps - state.Step) * secondsPerStep, MostSeconds);
        return TimeSpan.FromSeconds(_budget?.Time is { } time ? Math.Clamp(time.TotalSeconds - state.Seconds, 0, seconds) : seconds);
    }
}
