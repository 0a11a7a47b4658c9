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
    private TimeSpan _waitedBefore;
    private double _secondsPerStep;
    private double _secondsPerImage;

    public bool IsFirstStep => _secondsPerStep == 0;

    public TimeSpan EpochElapsed => time.GetElapsedTime(_epochStart);

    public double DataWaitShare => (_loader!.Waited - _waitedBefore) / EpochElapsed;

    public void StartEpoch(BatchLoader loader)
    {
        _loader = loader;
        _waitedBefore = loader.Waited;
        _epochStart = _lastStep = time.GetTimestamp();
    }

    public StepInfo Step(TrainState state, int steps, int epochs, int images, EpochMeter meter)
    {
        var seconds = time.GetElapsedTime(_lastStep).TotalSeconds;
        _lastStep = time.GetTimestamp();
        _secondsPerStep = IsFirstStep ? seconds : _secondsPerStep + Smoothing * (seconds - _secondsPerStep);
        _secondsPerImage = _secondsPerStep / images;
        var left = (long)steps * epochs - state.Step;
        return new StepInfo(state.Epoch + 1, epochs, state.StepInEpoch, steps, meter.MeanLoss, 1 / _secondsPerImage,
            TimeSpan.FromSeconds(left * _secondsPerStep), DataWaitShare);
    }
}
