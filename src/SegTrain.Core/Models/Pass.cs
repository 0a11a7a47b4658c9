namespace SegTrain.Core.Models;

/// <summary>What a forward pass is for.</summary>
/// <param name="Training">Whether batch statistics are used and followed, and channels dropped.</param>
/// <param name="Seed">With the step decides which channels are dropped.</param>
/// <param name="Step">A number that no two training batches of a run share.</param>
/// <param name="First">The place of the first image in its batch, where only a part of the batch passes.</param>
internal readonly record struct Pass(bool Training, ulong Seed = 0, long Step = 0, int First = 0)
{
    public static Pass Inference => new(Training: false);

    /// <summary>
    /// The share of a batch in the running statistics: of the first ten the mean, which owes nothing to where it began; then a tenth for each. So a net that has
    /// seen a few batches can be validated.
    /// </summary>
    public double Momentum => Math.Max(0.1, 1.0 / (Step + 1));
}
