using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The parameters of the losses of boundaries and skeletons, and the means that they take.</summary>
public abstract record ShapeSettings : PerClassSettings
{
    /// <summary>Sums over the images (N, C), or over the batch (1, C).</summary>
    internal Tensor Sum(Tensor planes) =>
        Reduction == LossReduction.Batch ? planes.sum(2).sum(0, keepdim: true) : planes.sum(2);

    /// <summary>The mean of each image over its pixels that count and its classes, or that of the batch: (N) or (1).</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">(N, C, P), 0 where a pixel is ignored.</param>
    internal Tensor Means(LossInput input, Tensor loss)
    {
        var sum = Sum(loss);
        using var share = Passing((double)sum.NumberOfElements / input.Logits.NumberOfElements);
        return OverClasses(input, input.Valid is { } valid ? sum / Sum(valid).clamp_min(One) : sum * share);
    }

    /// <summary>The mean of each row over the classes.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">(N, C) or (1, C).</param>
    internal Tensor OverClasses(LossInput input, Tensor loss) =>
        ClassMean.Rows(input, loss, Sum(input.HardPlanes), Classes, IncludeBackground, ClassWeights);
}
