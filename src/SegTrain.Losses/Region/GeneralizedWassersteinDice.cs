using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="GeneralizedWassersteinDice"/>.</summary>
public sealed record GeneralizedWassersteinDiceSettings : LossSettings
{
    /// <summary>Distances of the classes, row by row, C numbers for each of C classes; default null, 1 between any two.</summary>
    [LossParameter("distances of the classes row by row, C numbers for each of C classes, divided by the largest; none for 1 between any "
        + "two", Min = 0)]
    public NumberList? Distances { get; init; }

    /// <summary>Each image by itself, or the batch as one; default image.</summary>
    [LossParameter("over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>Added to numerator and denominator; default 1e-5.</summary>
    [LossParameter("added to numerator and denominator", Min = 0, AboveMin = true)]
    public double Smooth { get; init; } = 1e-5;

    /// <summary>Whether the true positives of an image take the distances of all images of the batch; default false.</summary>
    [LossParameter("a slip of one library, to reproduce its numbers: the true positives of each image take the distances at the same "
        + "places of all images of the batch")]
    public bool AcrossImages { get; init; }

    internal override void Check(LossTask task)
    {
        if (Distances is null) return;
        var c = task.Classes;
        if (Distances.Count != c * c)
        {
            throw new LossException($"distances has {Distances.Count} numbers: {c} classes need {c} rows of {c}, one after the other");
        }
        if (Enumerable.Range(0, c).Any(i => Distances[i * c + i] != 0) || Distances.Max() == 0)
        {
            throw new LossException($"distances={Distances}: a class has the distance 0 to itself, and others have more");
        }
    }
}

/// <summary>A Dice loss in which an error costs as much as the classes are apart.</summary>
public static class GeneralizedWassersteinDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "generalized-wasserstein-dice",
        Aliases = ["gwdl"],
        Family = LossFamily.Region,
        Summary = "dice in which confusing like classes costs less than confusing unlike ones",
        Formula = """
            generalized-wasserstein-dice = 1 - (2 TP + smooth) / (2 TP + E + smooth)
            TP = sum(1 - W) over the pixels of the foreground, E = sum(W) over all pixels that count
            W = sum_c distance(t, c) p_c, t the class of the pixel
            """,
        Values = "0 to 1",
        Paper = "Fidon et al. 2017, Generalised Wasserstein Dice score for imbalanced multi-class segmentation, arXiv:1707.00478",
        Advice = "Classes that form groups, such as parts of one organ: give distances, small within a group. Class 0 is the background.",
        Example = "generalized-wasserstein-dice(distances=[0,1,1,1,0,0.5,1,0.5,0])",
        Refusals = { [SegmentationMode.Multilabel] = "the labels of a multilabel task have no distance from each other: use dice" },
        Defaults = new GeneralizedWassersteinDiceSettings(),
        Function = static (input, settings) => Compute(input, (GeneralizedWassersteinDiceSettings)settings),
    };

    /// <summary>
    /// 1 - (2 TP + s) / (2 TP + E + s), with W = sum_c M(t, c) p_c the distance of a prediction from the class t of its pixel, TP the sum
    /// of 1 - W over the pixels of an image or of the batch that are not background, E the sum of W over all that count; then the mean
    /// over the images. A binary task has the classes background and foreground.
    /// </summary>
    /// <param name="input">The batch; for a soft target W and "not background" are means over it.</param>
    /// <param name="settings">The parameters; s is smooth, M is distances divided by the largest.</param>
    /// <returns>A scalar, 0 (p = t) to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Fidon et al. 2017, arXiv:1707.00478, with weight 1 for every class of the foreground.</remarks>
    /// <example>Logits (0, 0), target (1, 0), smooth 1e-5: W = 0.5 twice, TP = 0.5, E = 1, and the loss is 1 - 1/2 = 0.5.</example>
    public static Tensor Compute(LossInput input, GeneralizedWassersteinDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        input = input.Classes;
        var apart = Apart(input, settings.Distances);
        var inside = input.Planes.narrow(1, 1, input.Task.Classes - 1).sum(1, keepdim: true);
        var hits = settings.AcrossImages ? (One - apart).sum(0, keepdim: true) : One - apart;
        var truePositives = (inside * hits).sum(2);
        var errors = (input.Valid is null ? apart : apart * input.Valid).sum(2);
        if (settings.Reduction == LossReduction.Batch) (truePositives, errors) = (truePositives.sum(0L), errors.sum(0L));
        return (errors / ((truePositives * Num(2)).Plus(errors) + Num(settings.Smooth))).mean();
    }

    private static Tensor Apart(LossInput input, NumberList? distances)
    {
        if (distances is null) return One - input.AtTarget(input.Probabilities);
        var (c, largest) = (input.Task.Classes, distances.Max());
        var matrix = input.Constant(distances.Select(distance => distance / largest), c, c);
        return input.AtTarget(matrix.matmul(input.Probabilities));
    }
}
