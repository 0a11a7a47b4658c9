namespace SegTrain.Core.Tracking;

/// <summary>What a run tells whoever watches it. Calls come from the training thread and must be quick; exceptions end the run.</summary>
internal interface IRunProgress
{
    /// <summary>Once, when the run folder exists and everything about data and model is known.</summary>
    void Started(RunInfo run);

    /// <summary>After each training step. Only reads values that cost no device synchronisation beyond what the run needs.</summary>
    void Step(in StepInfo step);

    /// <summary>After each epoch, validation included.</summary>
    void Epoch(EpochInfo epoch);
}

/// <param name="Folder">The run folder, as the user may type it.</param>
/// <param name="Loss">The loss as named.</param>
/// <param name="Device">cpu, cuda:0, ...</param>
/// <param name="Classes">Class names in the order of their index.</param>
/// <param name="Epochs">Passes over the training set; null where a budget decides alone.</param>
/// <param name="Steps">Training steps an epoch.</param>
internal sealed record RunInfo(string Folder, string Loss, string Device, IReadOnlyList<string> Classes, int? Epochs, int Steps);

/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">Of how many; null where a budget decides alone.</param>
/// <param name="Step">Within the epoch, from 1.</param>
/// <param name="Steps">Steps an epoch.</param>
/// <param name="Loss">The running mean of the epoch.</param>
/// <param name="ImagesPerSecond">Lately.</param>
/// <param name="Eta">To the end of the run.</param>
/// <param name="DataWaitShare">The share of time, 0 to 1, in which training waited for the loader.</param>
internal readonly record struct StepInfo(
    int Epoch, int? Epochs, int Step, int Steps, double Loss, double ImagesPerSecond, TimeSpan Eta, double DataWaitShare);

/// <param name="Epoch">From 1.</param>
/// <param name="Epochs">Of how many; null where a budget decides alone.</param>
/// <param name="Metrics">By name: <c>train.loss</c>, <c>val.dice</c>, <c>val.iou[road]</c>; NaN where a class is absent. Without <c>val.</c> in epochs that do not validate.</param>
/// <param name="Elapsed">Of the epoch.</param>
/// <param name="DataWaitShare">The share of it, 0 to 1, in which training waited for the loader.</param>
/// <param name="Best">Whether its checkpoint is the best so far.</param>
internal sealed record EpochInfo(int Epoch, int? Epochs, IReadOnlyDictionary<string, double> Metrics, TimeSpan Elapsed, double DataWaitShare, bool Best);
