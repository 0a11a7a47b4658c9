using System.Globalization;
using SegTrain.Core.Data;
using SegTrain.Core.Optim;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>The training loop, in the order in which things happen.</summary>
internal sealed class Trainer(TrainingSetup setup, RunRecorder recorder)
{
    private const int MostSkipped = 10;
    private const int MostRewinds = 3;

    private readonly StepClock _clock = new(TimeProvider.System);
    private readonly CheckpointKeeper _checkpoints = new(setup, recorder.Folder);

    /// <param name="state">Where to start.</param>
    /// <param name="stop">Asks to end after the step under way.</param>
    /// <returns>Where the run ended: at its last epoch, or where it was stopped.</returns>
    public TrainState Run(TrainState state, CancellationToken stop)
    {
        _clock.StartRun(state);
        if (state is { Step: 0, Epoch: 0 }) _checkpoints.Save("last", state);
        while (!setup.Length.IsOver(state))
        {
            using var meter = new EpochMeter(setup.Classes.Mode, setup.Classes.Count, setup.Device);
            meter.Restore(state);
            _clock.StartEpoch(setup.TrainingLoader);

            (state, var fault) = TrainEpoch(state, meter, stop);
            if (fault is not null)
            {
                state = GoBack(state, fault);
                continue;
            }
            if (stop.IsCancellationRequested) return _checkpoints.Save("last", state);

            var metrics = meter.Metrics("train", setup.Classes.Names).ToDictionary(static m => m.Name, static m => m.Value);
            try
            {
                if (setup.Length.Validates(state))
                {
                    using var averaged = setup.Averaged();
                    foreach (var (name, value) in setup.Validator.Run(state.Epoch, stop)) metrics[name] = value;
                }
            }
            catch (OperationCanceledException)
            {
                // The epoch's steps are kept; the resumed run validates again.
                return _checkpoints.Save("last", state);
            }
            state = FinishEpoch(state, metrics);

            // The little garbage of an epoch would pile up for dozens of them before the runtime looks; so memory stays level.
            GC.Collect();
        }
        return state;
    }

    private (TrainState State, string? Fault) TrainEpoch(TrainState state, EpochMeter meter, CancellationToken stop)
    {
        var config = setup.Config;
        var parts = StepPart.Of(setup.TrainingLoader.Images(state.Epoch), config.Train.Accumulate);
        using var readings = new LateReadings(meter);
        foreach (var batch in setup.Length.IsSpent(state) ? [] : setup.TrainingLoader.Epoch(state.Epoch, state.BatchInEpoch))
        {
            using (batch)
            using (NewDisposeScope())
            {
                var part = parts[state.BatchInEpoch];
                var (loss, norm, logits, targets) = AddGradients(setup, batch, part, state.Epoch, (long)state.Epoch * parts.Length + state.BatchInEpoch);

                readings.Add(loss, norm, batch.Count, Where(state, batch));
                meter.AddPixels(logits, targets);
                state = state with { BatchInEpoch = state.BatchInEpoch + 1 };
                if (!part.EndsStep) continue;

                if (config.Train.NonFinite != NonFinite.Stop || _clock.IsFirstStep) readings.Settle();
                if (readings.Fault is { } fault)
                {
                    if (config.Train.NonFinite != NonFinite.Skip) return (state, fault);
                    state = Skip(state, fault, readings);
                }
                else
                {
                    setup.Optimizer.Step(setup.LearningRateAt(state), state.Step);
                    setup.Average?.Follow(state.Step);
                }
                setup.Net.Parameters.Gradients.zero_();
                state = state with { Step = state.Step + 1, Seconds = _clock.Seconds };
                recorder.Step(_clock.Step(state, setup, meter));
            }
            if (stop.IsCancellationRequested || setup.Length.IsSpent(state)) break;
            // A fault that only this reading shows ends the run at its next step; what is saved must be from before it.
            if (_checkpoints.IsDue(state) && Snapshot(state, meter, readings) is var whole && readings.Fault is null) _checkpoints.Save("last", whole);
        }
        return (Snapshot(state, meter, readings), readings.Fault);
    }

    /// <summary>One batch forward and backward; gradients are cut where it ends a step.</summary>
    /// <param name="setup">Its net's gradients are added to.</param>
    /// <param name="batch">Images and targets.</param>
    /// <param name="part">Its part of the step.</param>
    /// <param name="epoch">Finished epochs.</param>
    /// <param name="pass">A number that no two passes of a run share.</param>
    /// <returns>The batch's loss, the norm of the step's gradients, the finest logits and what they should be, in the caller's dispose scope.</returns>
    public static (Tensor Loss, Tensor? Norm, Tensor Logits, Tensor Targets) AddGradients(TrainingSetup setup, Batch batch, StepPart part, int epoch, long pass)
    {
        var (images, targets, distances) = DeviceBatch.From(batch, setup.Device);
        var mixup = Mixup.Draw(setup.Config.Augment.Mixup, setup.Config.Train.Seed, pass);
        var outputs = setup.Net.Train(mixup.Images(images), pass);
        var loss = mixup.Loss((truth, maps) => new DeepSupervision(setup.Loss).Compute(outputs, truth, epoch, maps), targets, distances);
        (part.Share == 1 ? loss : loss * part.Share).backward();
        return (loss, part.EndsStep ? GradientClip.Apply(setup.Config.Optimizer, setup.Net.Parameters.Gradients) : null, outputs[0], targets);
    }

    private TrainState FinishEpoch(TrainState state, Dictionary<string, double> metrics)
    {
        var config = setup.Config;
        var learningRate = setup.LearningRateAt(state with { Step = state.Step - 1 });
        var isBest = Improvement.IsBest(config, state, metrics);
        if (state.Best is null && double.IsNaN(metrics.GetValueOrDefault(config.Train.Best)))
            recorder.Warn($"{config.Train.Best} has no value: no pixel of the validation masks counts for it, so that no epoch is better than the first");
        state = Improvement.AfterEpoch(config, state, metrics);
        // Before the checkpoint: rows that go beyond it are cut off when the run is resumed, but none would be made up.
        recorder.Epoch(state, config.Train.Epochs, _clock.EpochElapsed, _clock.DataWaitShare, learningRate, isBest);
        _checkpoints.SaveEpoch(state, isBest);
        return state;
    }

    // Everything that a resumed run needs in the midst of an epoch.
    private static TrainState Snapshot(TrainState state, EpochMeter meter, LateReadings readings)
    {
        readings.Settle();
        return state with { LossSum = meter.LossSum, Images = meter.Images, Counts = meter.Pixels().Cells.ToArray() };
    }

    private TrainState Skip(TrainState state, string fault, LateReadings readings)
    {
        if (state.Skipped >= MostSkipped + state.Step / MostSkipped) throw Diverged($"{fault}; {state.Skipped} steps before it were skipped");
        recorder.Warn($"{fault}; the step is skipped");
        readings.Forget();
        return state with { Skipped = state.Skipped + 1 };
    }

    private TrainState GoBack(TrainState state, string fault)
    {
        if (setup.Config.Train.NonFinite != NonFinite.Rewind || state.Rewinds == MostRewinds) throw Diverged(fault);
        setup.Net.Parameters.Gradients.zero_();
        var saved = _checkpoints.Load("last", recorder.Warn);
        var factor = state.RateFactor / 2;
        recorder.Warn(string.Create(CultureInfo.InvariantCulture, $"{fault}; going back to step {saved.Step} with {factor} of the learning rate"));
        return saved with { Rewinds = state.Rewinds + 1, RateFactor = factor };
    }

    private static SegTrainException Diverged(string fault) => new(ExitCode.Diverged,
        $"{fault}; the checkpoint before it is kept. Look at those files, lower optimizer.learning_rate, set optimizer.clip_norm or raise " +
        "schedule.warmup; train.non_finite can skip such steps or go back.");

    private static Func<string> Where(TrainState state, Batch batch) =>
        () => $"in step {state.Step + 1} (epoch {state.Epoch + 1}), in the batch of {string.Join(", ", batch.Names)}";
}
