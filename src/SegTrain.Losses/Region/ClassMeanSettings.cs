namespace SegTrain.Losses;

/// <summary>The parameters of the losses that count overlaps, which a class without pixels has none of.</summary>
public abstract record ClassMeanSettings : PerClassSettings
{
    /// <summary>What a class without pixels in the target costs; default penalize.</summary>
    [LossParameter("a class without pixels in the target: costs nothing (zero), what the formula says (smooth), "
        + "or its mean probability (penalize)")]
    public EmptyClass Empty { get; init; } = EmptyClass.Penalize;
}
