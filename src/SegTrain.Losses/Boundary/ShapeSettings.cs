using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The parameters that the losses of boundaries and skeletons share.</summary>
public abstract record ShapeSettings : LossSettings
{
    /// <summary>Each image by itself, or the batch as one; default image.</summary>
    [LossParameter("over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>The classes in the mean; default all.</summary>
    [LossParameter("classes in the mean: all, those present in the target, or a list such as [1,3]")]
    public ClassSelection Classes { get; init; } = ClassSelection.All;

    /// <summary>Whether class 0 of a multiclass task is in the mean; default true.</summary>
    [LossParameter("whether class 0 of a multiclass task is in the mean")]
    public bool IncludeBackground { get; init; } = true;

    /// <summary>Weights w of the classes in the mean, sum(w l) / sum(w); default null, all the same.</summary>
    [LossParameter("weight of each class in the mean, sum(w l) / sum(w)", Min = 0)]
    public NumberList? ClassWeights { get; init; }

    internal override void Check(LossTask task) => ClassMean.Check(task, Classes, IncludeBackground, ClassWeights);

    /// <summary>Sums over the images (N, C), or over the batch (1, C).</summary>
    internal Tensor Sum(Tensor planes) =>
        Reduction == LossReduction.Batch ? planes.sum(2).sum(0, keepdim: true) : planes.sum(2);

    /// <summary>The mean of each image over its pixels that count and its classes, or that of the batch: (N) or (1).</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">(N, C, P), 0 where a pixel is ignored.</param>
    internal Tensor Means(LossInput input, Tensor loss)
    {
        var sum = Sum(loss);
        var share = (double)sum.NumberOfElements / input.Logits.NumberOfElements;
        return OverClasses(input, input.Valid is { } valid ? sum / Sum(valid).clamp_min(1) : sum * share);
    }

    /// <summary>The mean of each row over the classes.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">(N, C) or (1, C).</param>
    internal Tensor OverClasses(LossInput input, Tensor loss) =>
        ClassMean.Rows(input, loss, Sum(input.HardPlanes), Classes, IncludeBackground, ClassWeights);
}
