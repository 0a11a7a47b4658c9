namespace SegTrain.Core.Training;

/// <summary>One batch as a part of an optimizer step.</summary>
/// <param name="Share">Its images as a share of the step's: gradients of means over images add up to the mean over all of them.</param>
/// <param name="EndsStep">Whether the optimizer moves after it.</param>
internal readonly record struct StepPart(double Share, bool EndsStep)
{
    /// <summary>The parts that an epoch's batches are when gradients accumulate; the last step may have fewer.</summary>
    /// <param name="images">Images of each batch.</param>
    /// <param name="accumulate">Batches a step.</param>
    /// <example>Batches of 4, 4, 4, 2 with two a step: shares 0.5, 0.5, then 2/3, 1/3.</example>
    public static StepPart[] Of(IReadOnlyList<int> images, int accumulate) =>
        [.. images.Chunk(accumulate).SelectMany(static step => step.Select((count, i) => new StepPart((double)count / step.Sum(), i == step.Length - 1)))];
}
