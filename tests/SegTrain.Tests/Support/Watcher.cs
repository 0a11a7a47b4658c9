using SegTrain.Core.Tracking;

namespace SegTrain.Tests.Support;

/// <summary>Watches a run, and does what the test wants done at a step or an epoch.</summary>
internal sealed class Watcher(Action<StepInfo>? step = null, Action<EpochInfo>? epoch = null) : IRunProgress
{
    public void Started(RunInfo run)
    {
    }

    public void Step(in StepInfo info) => step?.Invoke(info);

    public void Epoch(EpochInfo info) => epoch?.Invoke(info);
}
