namespace SegTrain.Core.Models;

/// <summary>What a forward pass is for.</summary>
/// <param name="Training">Whether batch statistics are used and followed, and channels dropped.</param>
/// <param name="Seed">With the step decides which channels are dropped.</param>
/// <param name="Step">A number that no two training batches of a run share.</param>
/// <param name="First">The place of the first image in its batch, where only a part of the batch passes.</param>
internal readonly record struct Pass(bool Training, ulong Seed = 0, long Step = 0, int First = 0)
{
    public static Pass Inference => new(Training: false);
}
