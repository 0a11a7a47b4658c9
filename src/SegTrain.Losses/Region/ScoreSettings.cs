namespace SegTrain.Losses;

/// <summary>The parameters of a loss that is one minus a score, a quotient of sums over a region.</summary>
public abstract record ScoreSettings : ClassMeanSettings
{
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

    /// <summary>-log of the score instead of 1 - score; default false.</summary>
    [LossParameter("-log(score) instead of 1 - score")]
    public bool LogLoss { get; init; }
}
