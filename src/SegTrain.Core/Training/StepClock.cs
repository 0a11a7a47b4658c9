using SegTrain.Core.Data;
using SegTrain.Core.Tracking;

namespace SegTrain.Core.Training;

/// <summary>Time of epochs and steps: speed, what is left, and the share in which training waited for data.</summary>
internal sealed class StepClock(TimeProvider time)
{
    // Images per second are of about the last ten steps.
    private const double Smoothing = 0.1;

    private BatchLoader? _loader;
    private long _epochStart;
    private long _lastStep;
    private long _runStart;
    private double _secondsBefore;
    private TimeSpan _waitedBefore;
    private double _secondsPerStep;

    public bool IsFirstStep => _secondsPerStep == 0;

    /// <summary>Of training, those before a resume included.</summary>
    public double Seconds => _secondsBefore + time.GetElapsedTime(_runStart).TotalSeconds;

    public TimeSpan EpochElapsed => time.GetElapsedTime(_epochStart);

    public double DataWaitShare => (_loader!.Waited - _waitedBefore) / EpochElapsed;

    public void StartRun(TrainState state) => (_runStart, _secondsBefore) = (time.GetTimestamp(), state.Seconds);

    public void StartEpoch(BatchLoader loader)
    {
        _loader = loader;
        _waitedBefore = loader.Waited;
        _epochStart = _lastStep = time.GetTimestamp();
    }

    public StepInfo Step(TrainState state, TrainingSetup setup, EpochMeter meter)
    {
        var seconds = time.GetElapsedTime(_lastStep).TotalSeconds;
        _lastStep = time.GetTimestamp();
        _secondsPerStep = IsFirstStep ? seconds : _secondsPerStep + Smoothing * (seconds - _secondsPerStep);
        var (config, steps) = (setup.Config.Train, setup.Length.StepsPerEpoch);
        var step = (state.BatchInEpoch + config.Accumulate - 1) / config.Accumulate;
        return new StepInfo(state.Epoch + 1, setup.Length.Epochs, step, steps, meter.MeanLoss, setup.Config.Loading.Batch * config.Accumulate / _secondsPerStep,
            setup.Length.Left(state, _secondsPerStep), DataWaitShare);
    }
}
