namespace SegTrain.Losses;

/// <summary>The parameters that all losses of regions share.</summary>
public abstract record RegionSettings : LossSettings
{
    /// <summary>Each image by itself, or the batch as one; default image.</summary>
    [LossParameter("over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>Added to numerator and denominator; default 0.</summary>
    [LossParameter("number of pixels added to numerator and denominator; large values flatten the gradient of small regions", Min = 0)]
    public double Smooth { get; init; }

    /// <summary>Added to the numerator instead of <see cref="Smooth"/>; default null.</summary>
    [LossParameter("added to the numerator, in place of smooth", Min = 0)]
    public double? SmoothNr { get; init; }

    /// <summary>Added to the denominator instead of <see cref="Smooth"/>; default null.</summary>
    [LossParameter("added to the denominator, in place of smooth", Min = 0)]
    public double? SmoothDr { get; init; }

    /// <summary>Smallest denominator, and smallest score under the logarithm; default 1e-7.</summary>
    [LossParameter("smallest denominator, and smallest score under log_loss", Min = 0, AboveMin = true, Max = 1)]
    public double Eps { get; init; } = 1e-7;

    /// <summary>What a class without pixels in the target costs; default penalize.</summary>
    [LossParameter("a class without pixels in the target: costs nothing (zero), what the formula says (smooth), "
        + "or its mean probability (penalize)")]
    public EmptyClass Empty { get; init; } = EmptyClass.Penalize;

    /// <summary>The overlap under soft targets; default min.</summary>
    [LossParameter("overlap with a soft target: min(p, t), smallest loss at p = t, or the product p t")]
    public Overlap Overlap { get; init; } = Overlap.Min;

    /// <summary>-log of the score instead of 1 - score; default false.</summary>
    [LossParameter("-log(score) instead of 1 - score")]
    public bool LogLoss { get; init; }

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
}
