namespace SegTrain.Losses;

/// <summary>The groups that the losses are listed in.</summary>
public enum LossFamily
{
    /// <summary>Of the sizes of regions and of their overlap.</summary>
    Region,

    /// <summary>Of each pixel by itself.</summary>
    Distribution,

    /// <summary>Of both.</summary>
    Compound,

    /// <summary>Of the distance to the border of a region, or of its shape.</summary>
    Boundary,

    /// <summary>As widely copied code has them, with its quirks: to reproduce numbers, not to choose.</summary>
    Kaggle,
}
