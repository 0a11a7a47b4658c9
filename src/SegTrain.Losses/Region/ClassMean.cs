using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The mean over the classes that count, then over the images.</summary>
internal static class ClassMean
{
    /// <summary>sum(w l) / sum(w) over the classes of each row, 0 where no class counts; then the mean of the rows.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">(N, C), or (1, C) for the batch as one.</param>
    /// <param name="target">Size of each class in the target, of the shape of the loss.</param>
    /// <param name="classes">The classes that count.</param>
    /// <param name="includeBackground">Whether class 0 counts.</param>
    /// <param name="classWeights">w; null for 1.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Of(
        LossInput input, Tensor loss, Tensor target, ClassSelection classes, bool includeBackground, ClassWeights? classWeights) =>
        IsListed(classes, includeBackground, classWeights) || classes.OnlyPresent
            ? Rows(input, loss, target, classes, includeBackground, classWeights).mean()
            : loss.mean();

    /// <summary>The same before the mean of the rows.</summary>
    /// <returns>(N), or (1) for the batch as one.</returns>
    internal static Tensor Rows(
        LossInput input, Tensor loss, Tensor target, ClassSelection classes, bool includeBackground, ClassWeights? classWeights)
    {
        var isListed = IsListed(classes, includeBackground, classWeights);
        if (!isListed && !classes.OnlyPresent) return loss.mean([1]);
        var weights = isListed
            ? input.Constant(Weights(input.Task, classes, includeBackground, classWeights), 1, -1)
            : ones_like(loss);
        weights = classes.OnlyPresent ? weights * target.gt(Zero).to(loss.dtype) : weights.expand(loss.shape);
        return (loss * weights).sum(1) / PixelMean.OneForZero(weights.sum(1));
    }

    /// <summary>Refuses a selection that the task has no classes for.</summary>
    internal static void Check(LossTask task, ClassSelection classes, bool includeBackground, ClassWeights? classWeights)
    {
        if (!includeBackground && task.Mode != SegmentationMode.Multiclass)
        {
            throw new LossException(
                $"include_background=false in a {task.ModeName} task, which has no channel for the background: leave it out");
        }
        if (classes.Indices?.Max() >= task.Channels)
        {
            throw new LossException($"classes={classes} names a class beyond the last, {task.Channels - 1}");
        }
        if (classWeights is null) return;
        if (task.Mode == SegmentationMode.Binary)
        {
            throw new LossException(
                "class_weights in a binary task, where the loss has one class: leave it out, or weigh pixels with bce(pos_weight=...)");
        }
        CheckWeights(task, classWeights);
        if (Weights(task, classes, includeBackground, classWeights).Sum() == 0)
        {
            throw new LossException($"class_weights={classWeights} leaves no class that counts: give one a weight above 0");
        }
    }

    /// <summary>Refuses a list of the wrong length, and one that weighs nothing.</summary>
    internal static void CheckWeights(LossTask task, ClassWeights? classWeights)
    {
        if (classWeights?.For(task) is not { } numbers) return;
        if (numbers.Count != task.Classes)
        {
            throw new LossException(
                $"class_weights has {numbers.Count} numbers for {task.Classes} classes: give one for each, in the order of the classes");
        }
        if (numbers.Sum() == 0) throw new LossException($"class_weights={numbers} weighs nothing: give a class a weight above 0");
    }

    private static bool IsListed(ClassSelection classes, bool includeBackground, ClassWeights? classWeights) =>
        classes.Indices is not null || !includeBackground || classWeights is not null;

    /// <summary>The weight of each channel; 0 where its class does not count.</summary>
    internal static double[] Weights(LossTask task, ClassSelection classes, bool includeBackground, ClassWeights? classWeights)
    {
        var (weights, numbers) = (new double[task.Channels], classWeights?.For(task));
        for (var c = includeBackground ? 0 : 1; c < weights.Length; c++)
        {
            if (classes.Indices?.Contains(c) ?? true) weights[c] = numbers?[c] ?? 1;
        }
        return weights;
    }
}
