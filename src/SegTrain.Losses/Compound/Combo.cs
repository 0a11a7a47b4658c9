using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Combo"/>.</summary>
public sealed record ComboSettings : LossSettings
{
    /// <summary>Share of the cross entropy, 1 - alpha that of the Dice term; default 0.5.</summary>
    [LossParameter("share of the cross entropy; 1 - alpha is that of dice", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Weight of the false negatives in the cross entropy, 1 - beta that of the false positives; default 0.5.</summary>
    [LossParameter("weight of the false negatives in the cross entropy; 1 - beta is that of the false positives", Min = 0, Max = 1)]
    public double Beta { get; init; } = 0.5;

    /// <summary>Added to numerator and denominator of Dice; default 1.</summary>
    [LossParameter("number of pixels added to numerator and denominator of dice", Min = 0)]
    public double Smooth { get; init; } = 1;

    /// <summary>Dice of each image by itself, or of the batch as one; default batch.</summary>
    [LossParameter("dice over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Batch;

    /// <summary>Whether 1 - alpha is added, which makes the smallest value 0; default true.</summary>
    [LossParameter("adds 1 - alpha, which makes the smallest value 0 and changes no gradient; false is the paper's form")]
    public bool Offset { get; init; } = true;
}

/// <summary>Weighted cross entropy minus the Dice coefficient.</summary>
public static class Combo
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "combo",
        Family = LossFamily.Compound,
        Summary = "cross entropy weighted between false negatives and false positives, minus dice",
        Formula = """
            combo = alpha * CE - (1 - alpha) * D + offset, offset = 1 - alpha, or 0 with offset=false
            CE = -mean over pixels and classes of beta t ln p + (1 - beta) (1 - t) ln(1 - p)
            D = mean over classes of (2 I + smooth) / (P + T + smooth)
            """,
        Values = "0 and up; from -(1 - alpha) with offset=false",
        Paper = "Taghanaki et al. 2018, Combo loss: handling input and output imbalance in multi-organ segmentation, "
            + "arXiv:1805.02798, eq. 3",
        Advice = "Unbalanced classes where the mix of misses and false alarms is to be set by hand: beta above 0.5 punishes misses, "
            + "below 0.5 false alarms.",
        Example = "combo(alpha=0.5, beta=0.7)",
        Defaults = new ComboSettings(),
        Function = static (input, settings) => Compute(input, (ComboSettings)settings),
    };

    /// <summary>
    /// a CE - (1 - a) D, plus 1 - a unless offset is false. CE = -mean of b t ln p + (1 - b) (1 - t) ln(1 - p) over the pixels that count
    /// and the channels; D is the mean Dice coefficient (2 I + s) / (P + T + s); p the sigmoid or the softmax of the logits.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; a is alpha, b is beta, s is smooth.</param>
    /// <returns>A scalar from 0; from -(1 - a) without the offset.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Taghanaki et al. 2018, arXiv:1805.02798, eq. 3. The paper adds up the Dice of the classes; here it is their mean.</remarks>
    /// <example>Logits (0, 0), target (1, 0): CE = 0.5 ln 2, D = 2/3, and the loss is 0.5 * 0.3466 - 0.5 * 0.6667 + 0.5 = 0.3400.</example>
    public static Tensor Compute(LossInput input, ComboSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (a, b) = (settings.Alpha, settings.Beta);
        var dice = new DiceSettings
        {
            Smooth = settings.Smooth,
            Reduction = settings.Reduction,
            Empty = EmptyClass.Smooth,
            Overlap = Overlap.Product,
        };
        var loss = (CrossEntropy(input, b) * Num(a)).Plus(Dice.Compute(input, dice) * Num(1 - a));
        return settings.Offset ? loss : loss - PixelMean.CountedShare(input, settings.Reduction) * Num(1 - a);
    }

    private static Tensor CrossEntropy(LossInput input, double beta)
    {
        if (input.Task.Mode == SegmentationMode.Multiclass)
        {
            return PixelMean.Of(input, OfClasses(input, beta) / Num(input.Task.Classes), LossReduction.Batch);
        }
        return input.IsHard
            ? -PixelMean.OfMasked(input, input.LogTruth * (input.Planes * Num(2 * beta - 1) + Num(1 - beta)), LossReduction.Batch)
            : PixelMean.Of(input, Bce.TwoSided(input.Logits, input.Planes, beta, 1 - beta), LossReduction.Batch);
    }

    /// <summary>
    /// -sum over the classes of b t ln p + (1 - b) (1 - t) ln(1 - p) for each pixel (N, 1, P). ln(1 - p) is exact where p rounds to 1: at
    /// most one p of a pixel is above 1/2, and there 1 - p is the sum of the others, taken in logarithms; where none is, that sum is 1 and
    /// its logarithm 0.
    /// </summary>
    private static Tensor OfClasses(LossInput input, double beta)
    {
        var log = input.LogProbabilities;
        var isLarge = log.gt(Num(-Math.Log(2)));
        var others = log.masked_fill(isLarge, Num(double.NegativeInfinity));
        var rest = others.logsumexp(1, keepdim: true);
        var small = (-others.exp()).log1p();
        var atTarget = input.AtTarget(small).Plus(input.AtTarget(isLarge.to(log.dtype)) * rest);
        return input.AtTarget(log) * Num(-beta) - (small.sum(1, keepdim: true).Plus(rest) - atTarget) * Num(1 - beta);
    }
}
