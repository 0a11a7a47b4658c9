namespace SegTrain.Losses;

/// <summary>The parameters that all losses share which are a mean over pixels.</summary>
public abstract record PixelSettings : LossSettings
{
    /// <summary>One mean over the batch, or the mean of the images' means; default batch.</summary>
    [LossParameter("one mean over the pixels of the batch, or the mean of the images' means")]
    public LossReduction Reduction { get; init; } = LossReduction.Batch;
}
