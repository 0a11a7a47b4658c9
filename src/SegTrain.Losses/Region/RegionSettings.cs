namespace SegTrain.Losses;

/// <summary>The parameters of a loss whose score is the overlap of prediction and target among other sums.</summary>
public abstract record RegionSettings : ScoreSettings
{
    /// <summary>The overlap under soft targets; default min.</summary>
    [LossParameter("overlap with a soft target: min(p, t), smallest loss at p = t, or the product p t")]
    public Overlap Overlap { get; init; } = Overlap.Min;
}
