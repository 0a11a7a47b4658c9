namespace SegTrain.Losses;

/// <summary>The parameters of all losses that have a value for each class and take their mean.</summary>
public abstract record PerClassSettings : LossSettings
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
    public ClassWeights? ClassWeights { get; init; }

    internal override void Check(LossTask task) => ClassMean.Check(task, Classes, IncludeBackground, ClassWeights);
}
