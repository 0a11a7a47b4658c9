namespace SegTrain.Losses;

/// <summary>Over what a loss is computed before it is averaged.</summary>
public enum LossReduction
{
    /// <summary>Over each image; then the mean over the images.</summary>
    Image,

    /// <summary>Over all pixels of the batch at once.</summary>
    Batch,
}

/// <summary>What a region loss does with a class that has no pixel in the target.</summary>
public enum EmptyClass
{
    /// <summary>Its loss is 0, so that false positives in it cost nothing.</summary>
    Zero,

    /// <summary>The formula decides: 1 - smooth_nr / (false positives + smooth_dr), almost flat.</summary>
    Smooth,

    /// <summary>Its loss is the mean probability of the class, so that every false positive costs the same and the best is 0.</summary>
    Penalize,
}

/// <summary>What the overlap of a prediction p and a soft target t is; for targets in {0, 1} both are the same.</summary>
public enum Overlap
{
    /// <summary>min(p, t): largest at p = t, for soft targets too.</summary>
    Min,

    /// <summary>p t: for a soft target the best prediction is not the target.</summary>
    Product,
}
