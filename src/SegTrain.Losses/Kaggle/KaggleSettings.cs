namespace SegTrain.Losses;

/// <summary>The parameter that most of the widely copied losses share.</summary>
public abstract record KaggleSettings : LossSettings
{
    /// <summary>Added to numerator and denominator; default 1.</summary>
    [LossParameter("number of pixels added to numerator and denominator; the Keras form of the code has 1e-6", Min = 0, AboveMin = true)]
    public double Smooth { get; init; } = 1;
}
