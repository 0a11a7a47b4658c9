using SegTrain.Core.Data;
using SegTrain.Core.Models;
using SegTrain.Core.Optim;
using SegTrain.Core.Recipe;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>Everything that a run works with, made once from the effective config.</summary>
internal sealed record TrainingSetup : IDisposable
{
    public required RunConfig Config { get; init; }

    /// <summary>The effective config as YAML, as the run folder and the checkpoints keep it.</summary>
    public required string ConfigText { get; init; }

    public required Device Device { get; init; }

    public required ClassList Classes { get; init; }

    public required SegmentationNet Net { get; init; }

    public required Loss Loss { get; init; }

    public required Optimizer Optimizer { get; init; }

    public required Schedule Schedule { get; init; }

    public required double PeakLearningRate { get; init; }

    public required BatchLoader TrainingLoader { get; init; }

    /// <summary>Null where the weights are not averaged.</summary>
    public required WeightAverage? Average { get; init; }

    public required TrainingLength Length { get; init; }

    public required Validator Validator { get; init; }

    /// <summary>Null where activations are not float16.</summary>
    public LossScale? LossScale { get; init; }

    /// <summary>Where a run begins.</summary>
    public TrainState Beginning => new() { LossScale = LossScale };

    public double LearningRateAt(TrainState state) => LearningRateAt(state, Length);

    /// <summary>What it would be in a run of another length.</summary>
    public double LearningRateAt(TrainState state, TrainingLength length) =>
        PeakLearningRate * state.RateFactor * Schedule.At(Config.Schedule, length.ScheduleStep(state), length.Steps);

    /// <summary>Until it is disposed the net has the averaged weights, where weights are averaged.</summary>
    public IDisposable? Averaged()
    {
        Average?.Exchange();
        return Average is null ? null : new Restored(Average);
    }

    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
        Net.Dispose();
    }

    private sealed class Restored(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
