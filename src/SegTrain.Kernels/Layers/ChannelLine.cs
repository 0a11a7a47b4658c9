namespace SegTrain.Kernels;

/// <summary>Mean and variance of a channel; the variance is the mean square of the distances.</summary>
/// <param name="Mean">Of all its pixels.</param>
/// <param name="Variance">From 0.</param>
public readonly record struct ChannelMoments(double Mean, double Variance);

/// <summary>
/// What normalisation of a channel comes to: max(0, (x - mean) factor + addend). The distance is taken first, which is exact beside the mean; x factor + addend would
/// lose there what both have in common.
/// </summary>
/// <param name="Mean">The channel's, rounded.</param>
/// <param name="Factor">scale / sqrt(variance + epsilon).</param>
/// <param name="Addend">The shift, and what the mean's rounding left.</param>
public readonly record struct ChannelLine(float Mean, float Factor, float Addend)
{
    /// <param name="moments">Of the channel.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="scale">Learnt.</param>
    /// <param name="shift">Learnt.</param>
    public static ChannelLine Of(ChannelMoments moments, double epsilon, float scale, float shift)
    {
        var factor = scale / Math.Sqrt(moments.Variance + epsilon);
        var mean = (float)moments.Mean;
        return new(mean, (float)factor, (float)(shift - (moments.Mean - mean) * factor));
    }

    /// <summary>Before what is below 0 becomes 0.</summary>
    internal float At(float x) => float.MultiplyAddEstimate(x - Mean, Factor, Addend);
}

/// <summary>Sums over a channel of the gradient g by what is not below 0.</summary>
/// <param name="Gradient">sum(g): the gradient by the shift.</param>
/// <param name="Distance">sum(g (x - mean)) by the mean of the <see cref="ChannelLine"/>.</param>
public readonly record struct ChannelSums(double Gradient, double Distance)
{
    /// <summary>sum(g (x - mean) / sqrt(variance + epsilon)): the gradient by the scale.</summary>
    /// <param name="moments">Of the channel.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public double OfScale(ChannelMoments moments, double epsilon) =>
        (Distance - (moments.Mean - (float)moments.Mean) * Gradient) / Math.Sqrt(moments.Variance + epsilon);
}

/// <summary>The gradient by x: factor g + (x - mean) OfDistance + Constant, where mean and factor are those of the <see cref="ChannelLine"/>.</summary>
/// <param name="OfDistance">What each x takes part in the variance.</param>
/// <param name="Constant">What it takes part in the mean.</param>
public readonly record struct ChannelSlope(float OfDistance, float Constant)
{
    /// <param name="moments">Of the channel, to which each of its pixels adds.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="line">Of the channel.</param>
    /// <param name="sums">Of the channel.</param>
    /// <param name="values">How many pixels the channel has.</param>
    public static ChannelSlope Of(ChannelMoments moments, double epsilon, ChannelLine line, ChannelSums sums, double values)
    {
        var ofDistance = -line.Factor * sums.OfScale(moments, epsilon) / Math.Sqrt(moments.Variance + epsilon) / values;
        return new((float)ofDistance, (float)(-line.Factor * sums.Gradient / values - (moments.Mean - line.Mean) * ofDistance));
    }
}
