using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What the copied code takes for probabilities.</summary>
public enum KaggleActivation
{
    /// <summary>The sigmoid of the output.</summary>
    Sigmoid,

    /// <summary>The output itself.</summary>
    None,
}

/// <summary>Parameters of <see cref="KaggleCombo"/>.</summary>
public sealed record KaggleComboSettings : KaggleSettings
{
    /// <summary>Factor of the cross entropy, and 1 - alpha that of its term outside; default 0.5.</summary>
    [LossParameter("factor of the cross entropy; its term outside has 1 - alpha besides", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Share of the cross entropy, 1 - ce_ratio that of Dice; default 0.5.</summary>
    [LossParameter("share of the cross entropy; 1 - ce_ratio is that of dice", Min = 0, Max = 1)]
    public double CeRatio { get; init; } = 0.5;

    /// <summary>Least distance of a probability from 0 and 1 in the cross entropy; default 1e-7.</summary>
    [LossParameter("least distance of a probability from 0 and 1 in the cross entropy", Min = 0, AboveMin = true, Max = 0.5)]
    public double E { get; init; } = 1e-7;

    /// <summary>Whether p is the sigmoid of the output, or the output itself, which must then be a probability; default sigmoid.</summary>
    [LossParameter("what probabilities are: the sigmoid of the output, or the output itself, as the copied code has it")]
    public KaggleActivation Activation { get; init; }
}

/// <summary>Weighted cross entropy minus Dice, with a parenthesis in the wrong place.</summary>
public static class KaggleCombo
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-combo",
        Family = LossFamily.Kaggle,
        Summary = "combo with a parenthesis in the wrong place",
        Formula = """
            ce_ratio * CE - (1 - ce_ratio) * D, the means and sums over the whole batch
            CE = -mean of alpha (t ln p + (1 - alpha) (1 - t) ln(1 - p)), p held in [e, 1 - e]
            D = (2 I + smooth) / (P + T + smooth)
            """,
        Values = "from -(1 - ce_ratio)",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "alpha multiplies both terms of the cross entropy: 0.5 does not balance them, and 0 leaves none. It "
            + "is negative for good predictions, and a pixel that is wrong beyond e has no gradient from the cross "
            + "entropy.",
            "combo(alpha=0.5, beta=0.5)"),
        Example = "kaggle-combo(alpha=0.7, ce_ratio=0.3)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        IsZeroWhenPerfect = false,
        Defaults = new KaggleComboSettings(),
        Function = static (input, settings) => Compute(input, (KaggleComboSettings)settings),
    };

    /// <summary>
    /// r CE - (1 - r) D, with CE = -mean of a (t ln p + (1 - a) (1 - t) ln(1 - p)) and D = (2 I + s) / (P + T + s) over all that
    /// counts in the batch; p the sigmoid of the logits, a is alpha, r is ce_ratio.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from -(1 - r).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>
    /// Logits (0, 0), target (1, 0): CE = 0.5 (0.5 ln 2 + 0.25 ln 2), D = 2/3, and the loss is 0.5 * 0.2599 - 0.5 * 0.6667 =
    /// -0.2034.
    /// </example>
    public static Tensor Compute(LossInput input, KaggleComboSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (p, t, a, ratio) = (Probabilities(input, settings), input.Planes, settings.Alpha, settings.CeRatio);
        var held = p.clamp(Num(settings.E), Num(1 - settings.E));
        var outside = One - t;
        // Of a hard target one term is 0: one logarithm a pixel, of the very number that the other term has.
        var entropy = input.IsHard
            ? (held * (t - outside)).Plus(outside).log() * (outside * Num(1 - a)).Plus_(t).mul_(Num(-a))
            : (t * held.log()).Plus(outside * (One - held).log() * Num(1 - a)) * Num(-a);
        var dice = PixelMean.CountedShare(input, LossReduction.Batch) - Flat.Dice(input, Flat.Sums(input, p), settings.Smooth);
        return PixelMean.Of(input, entropy, LossReduction.Batch) * Num(ratio) - dice * Num(1 - ratio);
    }

    private static Tensor Probabilities(LossInput input, KaggleComboSettings settings)
    {
        if (settings.Activation == KaggleActivation.Sigmoid) return input.Probabilities;
        return input.Valid is null ? input.Logits : input.Logits * input.Valid;
    }
}
