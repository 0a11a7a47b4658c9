using SegTrain.Core.Optim;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>The training loop, in the order in which things happen.</summary>
internal sealed class Trainer(TrainingSetup setup, RunRecorder recorder)
{
    private readonly StepClock _clock = new(TimeProvider.System);

    /// <param name="state">Where to start.</param>
    /// <param name="stop">Asks to end after the step under way.</param>
    /// <returns>Where the run ended: at its last epoch, or where it was stopped.</returns>
    public TrainState Run(TrainState state, CancellationToken stop)
    {
        while (state.Epoch < setup.Config.Train.Epochs)
        {
            using var meter = new EpochMeter(setup.Classes.Mode, setup.Classes.Count, setup.Device);
            meter.Restore(state);
            _clock.StartEpoch(setup.TrainingLoader);

            state = TrainEpoch(state, meter, stop);
            if (stop.IsCancellationRequested) return Save("last", state);

            var metrics = new Dictionary<string, double>(meter.Metrics("train", setup.Classes.Names).Select(static m => KeyValuePair.Create(m.Name, m.Value)));
            var epoch = state.Epoch + 1;
            if (epoch % setup.Config.Train.ValidateEvery == 0 || epoch == setup.Config.Train.Epochs)
            {
                try
                {
                    foreach (var (name, value) in setup.Validator.Run(state.Epoch, stop)) metrics[name] = value;
                }
                catch (OperationCanceledException)
                {
                    // The epoch's steps are kept; the resumed run validates again.
                    return Save("last", state);
                }
            }
            state = FinishEpoch(state, epoch, metrics);

            // The little garbage of an epoch would pile up for dozens of them before the runtime looks; so memory stays level.
            GC.Collect();
        }
        return state;
    }

    private TrainState TrainEpoch(TrainState state, EpochMeter meter, CancellationToken stop)
    {
        var config = setup.Config;
        var gradients = setup.Net.Parameters.Gradients;
        var steps = setup.StepsPerEpoch;
        Tensor? pending = null;
        var pendingImages = 0;
        try
        {
            foreach (var batch in setup.TrainingLoader.Epoch(state.Epoch, state.StepInEpoch))
            {
                using (batch)
                using (NewDisposeScope())
                {
                    var (images, targets, distances) = DeviceBatch.From(batch, setup.Device);
                    var logits = setup.Net.Train(images, state.Step);
                    var loss = setup.Loss.Compute(logits, targets, state.Epoch, distances);
                    loss.backward();
                    GradientClip.Apply(config.Optimizer, gradients);
                    setup.Optimizer.Step(setup.LearningRateAt(state.Step), state.Step);
                    gradients.zero_();
                    meter.AddPixels(logits, targets);

                    // Reading a value waits for the device, so the loss of the step before is read while this one runs.
                    Settle(ref pending, pendingImages, meter, state);
                    (pending, pendingImages) = (loss.detach().DetachFromDisposeScope(), batch.Count);
                    state = state with { Step = state.Step + 1, StepInEpoch = state.StepInEpoch + 1 };
                    if (_clock.IsFirstStep) Settle(ref pending, pendingImages, meter, state);
                    recorder.Step(_clock.Step(state, steps, config.Train.Epochs, batch.Count, meter));
                }
                if (stop.IsCancellationRequested) break;
            }
            Settle(ref pending, pendingImages, meter, state);
        }
        finally
        {
            pending?.Dispose();
        }
        return state with { LossSum = meter.LossSum, Images = meter.Images, Counts = meter.Pixels().Cells.ToArray() };
    }

    private TrainState FinishEpoch(TrainState state, int epoch, Dictionary<string, double> metrics)
    {
        var isBest = metrics.TryGetValue(setup.Config.Train.Best, out var watched) && IsBetter(watched, state.Best);
        state = new TrainState
        {
            Epoch = epoch,
            Step = state.Step,
            Best = isBest ? watched : state.Best,
            BestEpoch = isBest ? epoch : state.BestEpoch,
            BestMetrics = isBest ? metrics : state.BestMetrics,
            Metrics = metrics,
        };
        if (isBest) Save("best", state);
        Save("last", state);
        recorder.Epoch(state, setup.Config.Train.Epochs, _clock.EpochElapsed, _clock.DataWaitShare, setup.LearningRateAt(state.Step - 1), isBest);
        return state;
    }

    // A loss falls, everything else rises.
    private bool IsBetter(double value, double? best) =>
        !double.IsNaN(value) && (best is null || (setup.Config.Train.Best.EndsWith(".loss", StringComparison.Ordinal) ? value < best : value > best));

    private static void Settle(ref Tensor? pending, int images, EpochMeter meter, TrainState state)
    {
        if (pending is null) return;
        double loss = pending.item<float>();
        pending.Dispose();
        pending = null;
        meter.AddLoss(loss, images);
        if (double.IsFinite(loss)) return;
        throw new SegTrainException(ExitCode.Diverged,
            $"the loss became {loss} about step {state.Step} (epoch {state.Epoch + 1}); the checkpoint before it is kept. " +
            "Lower optimizer.learning_rate, set optimizer.clip_norm, or raise schedule.warmup.");
    }

    private TrainState Save(string name, TrainState state)
    {
        Checkpoint.Save(recorder.Folder.Checkpoint(name), setup.Net.Parameters, setup.Optimizer, state, setup.ConfigText);
        return state;
    }
}
