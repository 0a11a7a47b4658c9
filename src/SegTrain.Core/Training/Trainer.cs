using System.Globalization;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Optim;
using SegTrain.Core.Recipe;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>The training loop, in the order in which things happen.</summary>
/// <param name="setup">What is trained, on what, how long.</param>
/// <param name="recorder">Writes down what happens.</param>
/// <param name="time">Says how long it takes.</param>
internal sealed class Trainer(TrainingSetup setup, RunRecorder recorder, TimeProvider time)
{
    private const int MostSkipped = 10;
    private const int MostRewinds = 3;

    private readonly StepClock _clock = new(time);
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

            string? fault;
            try
            {
                (state, fault) = TrainEpoch(state, meter, stop);
            }
            catch (Exception exhausted) when (OutOfMemory.Is(exhausted) && AtOnce(state.MicroBatch) > 1)
            {
                state = HalveMicroBatch(state);
                continue;
            }
            if (fault is not null)
            {
                state = GoBack(state, fault);
                continue;
            }
            if (stop.IsCancellationRequested) return _checkpoints.Save("last", state);

            var metrics = meter.Metrics("train", setup.Classes.Names).ToDictionary(static m => m.Name, static m => m.Value);
            if (setup.Length.Validates(state))
            {
                (state, var stopped) = Validate(state, metrics, stop);
                // The epoch's steps are kept; the resumed run validates again.
                if (stopped) return _checkpoints.Save("last", state);
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
        // Only where a step may be left out.
        using var statistics = config.Train.NonFinite == NonFinite.Skip || state.LossScale is not null ? new KeptStatistics(setup.Net.Parameters) : null;
        foreach (var batch in setup.Length.IsSpent(state) ? [] : setup.TrainingLoader.Epoch(state.Epoch, state.BatchInEpoch))
        {
            using (batch)
            using (NewDisposeScope())
            {
                var part = parts[state.BatchInEpoch];
                var (loss, norm, logits, targets) = AddGradients(
                    setup, batch, part, state.Epoch, (long)state.Epoch * parts.Length + state.BatchInEpoch, AtOnce(state.MicroBatch), state.LossScale?.Factor ?? 1);

                readings.Add(loss, norm, batch.Count, Where(state, batch));
                meter.AddPixels(logits, targets, statistics is null ? null : loss);
                state = state with { BatchInEpoch = state.BatchInEpoch + 1 };
                if (!part.EndsStep) continue;

                if (config.Train.NonFinite != NonFinite.Stop || _clock.IsFirstStep || state.LossScale is not null) readings.Settle();
                if (readings.IsOverflow && state.LossScale is { CanShrink: true } scale)
                {
                    readings.Forget();
                    statistics?.PutBack();
                    state = state with { LossScale = scale.AfterOverflow() };
                }
                else if (readings.Fault is { } fault)
                {
                    if (config.Train.NonFinite != NonFinite.Skip) return (state, fault);
                    statistics?.PutBack();
                    state = Skip(state, fault, readings);
                }
                else
                {
                    setup.Optimizer.Step(setup.LearningRateAt(state), state.Updates);
                    setup.Average?.Follow(state.Updates);
                    statistics?.Keep();
                    state = state with { Updates = state.Updates + 1, LossScale = state.LossScale?.AfterStep() };
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
    /// <param name="pass">A number that no two batches of a run share.</param>
    /// <param name="most">Images that go through the net at once, at most.</param>
    /// <param name="scale">What the loss is multiplied with on its way back; the gradients of a step are divided by it again.</param>
    /// <returns>The batch's loss, the norm of the step's gradients, the finest logits and what they should be, in the caller's dispose scope.</returns>
    public static (Tensor Loss, Tensor? Norm, Tensor Logits, Tensor Targets) AddGradients(
        TrainingSetup setup, Batch batch, StepPart part, int epoch, long pass, int most, double scale)
    {
        var whole = DeviceBatch.From(batch, setup.Device);
        var mixup = Mixup.Draw(setup.Config.Augment.Mixup, setup.Config.Train.Seed, pass);
        var (own, next) = mixup.Blend(whole);
        var micros = own.Parts(most).Zip(next.Parts(most), (micro, other) => AddMicro(micro.First, micro.Part, other.Part)).ToList();
        if (part.EndsStep && scale != 1) setup.Net.Parameters.Gradients.Times_(1 / scale);
        var norm = part.EndsStep ? GradientClip.Apply(setup.Config.Optimizer, setup.Net.Parameters.Gradients) : null;
        return micros is [var (loss, logits)]
            ? (loss, norm, logits, whole.Targets)
            : (micros.Select(static micro => micro.Loss).Aggregate((sum, one) => sum.Plus(one)), norm, cat([.. micros.Select(static micro => micro.Logits)], 0), whole.Targets);

        // Loss and logits without their graph, which is what takes the memory.
        (Tensor Loss, Tensor Logits) AddMicro(int first, DeviceBatch micro, DeviceBatch other)
        {
            using var scope = NewDisposeScope();
            var outputs = setup.Net.Train(micro.Images, pass, first);
            var loss = mixup.Loss(truth => new DeepSupervision(setup.Loss).Compute(outputs, truth.Targets, epoch, truth.Distances), micro, other);
            loss = loss.Times((double)micro.Count / batch.Count);
            Backward.From(loss.Times(part.Share * scale));
            return (loss.detach().MoveToOuterDisposeScope(), outputs[0].detach().MoveToOuterDisposeScope());
        }
    }

    private (TrainState State, bool Stopped) Validate(TrainState state, Dictionary<string, double> metrics, CancellationToken stop)
    {
        while (true)
        {
            var most = AtOnce(state.ValidationMicroBatch);
            try
            {
                using var averaged = setup.Averaged();
                foreach (var (name, value) in setup.Validator.Run(state.Epoch, most, stop)) metrics[name] = value;
                return (state, false);
            }
            catch (OperationCanceledException)
            {
                return (state, true);
            }
            catch (Exception exhausted) when (OutOfMemory.Is(exhausted) && most > 1)
            {
                TorchEngine.ReturnPages();
                state = _checkpoints.Save("last", state with { ValidationMicroBatch = Half(most) });
                recorder.Warn($"out of memory in the validation of epoch {state.Epoch + 1}: from now on {Half(most)} images at once validate, not {most}");
            }
        }
    }

    private TrainState FinishEpoch(TrainState state, Dictionary<string, double> metrics)
    {
        var config = setup.Config;
        var learningRate = setup.LearningRateAt(state with { Step = state.Step - 1 });
        var isBest = Improvement.IsBest(config, state, metrics);
        if (state.Best is null && double.IsNaN(metrics.GetValueOrDefault(config.Train.Best)))
            recorder.Warn($"{config.Train.Best} has no value: no pixel of the validation masks counts for it, so that no epoch is better than the first");
        state = Improvement.AfterEpoch(config, state, metrics);
        // A validation takes its time too. Without one the budget may not end here, since no run ends without.
        if (metrics.ContainsKey(config.Train.Best)) state = state with { Seconds = _clock.Seconds };
        // Before the checkpoint: rows that go beyond it are cut off when the run is resumed, but none would be made up.
        recorder.Epoch(state, setup.Length.Epochs, _clock.EpochElapsed, _clock.DataWaitShare, learningRate, isBest);
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

    // What the step had changed cannot be taken back, the running statistics of batch norms among it: the checkpoint before it is exact. Saved at
    // once, so that a run that is killed and resumed goes on with the same parts.
    private TrainState HalveMicroBatch(TrainState state)
    {
        TorchEngine.ReturnPages();
        var most = AtOnce(state.MicroBatch);
        setup.Net.Parameters.Gradients.zero_();
        var saved = _checkpoints.Load("last", recorder.Warn);
        recorder.Warn($"out of memory in epoch {state.Epoch + 1}: from now on {Half(most)} images at once go through the net, not {most}. A step still sees the same "
            + $"images, but batch norms, and losses over whole batches, those of one part only; going back to step {saved.Step}");
        return _checkpoints.Save("last", saved with { MicroBatch = Half(most), Rewinds = state.Rewinds, RateFactor = state.RateFactor });
    }

    private int AtOnce(int? microBatch) => microBatch ?? setup.Config.Loading.Batch;

    private static int Half(int images) => (images + 1) / 2;

    private static SegTrainException Diverged(string fault) => new(ExitCode.Diverged,
        $"{fault}; the checkpoint before it is kept. Look at those files, lower optimizer.learning_rate, set optimizer.clip_norm or raise " +
        "schedule.warmup; train.non_finite can skip such steps or go back.");

    private static Func<string> Where(TrainState state, Batch batch) =>
        () => $"in step {state.Step + 1} (epoch {state.Epoch + 1}), in the batch of {string.Join(", ", batch.Names)}";
}
