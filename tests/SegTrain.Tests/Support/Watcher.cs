using SegTrain.Core.Tracking;

namespace SegTrain.Tests.Support;

/// <summary>Watches a run, and does what the test wants done at its start, a step or an epoch.</summary>
internal sealed class Watcher(Action<StepInfo>? step = null, Action<EpochInfo>? epoch = null, Action<RunInfo>? started = null) : IRunProgress
{
    public void Started(RunInfo run) => started?.Invoke(run);

    public void Step(in StepInfo info) => step?.Invoke(info);

    public void Epoch(EpochInfo info) => epoch?.Invoke(info);
}
