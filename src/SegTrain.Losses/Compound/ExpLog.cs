using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="ExpLog"/>.</summary>
public sealed record ExpLogSettings : LossSettings
{
    /// <summary>Weight of the Dice part; default 0.8.</summary>
    [LossParameter("weight of the dice part", Min = 0)]
    public double DiceWeight { get; init; } = 0.8;

    /// <summary>Weight of the cross entropy; default 0.2.</summary>
    [LossParameter("weight of the cross entropy", Min = 0)]
    public double CeWeight { get; init; } = 0.2;

    /// <summary>Exponent of both logarithms; default 0.3.</summary>
    [LossParameter("exponent of both logarithms: below 1 what is nearly right counts more", Min = 0, AboveMin = true)]
    public double Gamma { get; init; } = 0.3;

    /// <summary>Added to numerator and denominator of Dice; default 1.</summary>
    [LossParameter("number of pixels added to numerator and denominator of dice", Min = 0)]
    public double Smooth { get; init; } = 1;

    /// <summary>Dice of each image by itself, or of the batch as one; default image.</summary>
    [LossParameter("dice over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>What a class without pixels in the target costs in the Dice part; default penalize.</summary>
    [LossParameter("a class without pixels in the target: costs nothing (zero), what the formula says (smooth), "
        + "or its mean probability (penalize)")]
    public EmptyClass Empty { get; init; } = EmptyClass.Penalize;

    /// <summary>Weights w of the classes of a multiclass task in the cross entropy, sum(w l) / sum(w); default null, all the same.</summary>
    [LossParameter("weight of the pixels of each class of a multiclass task in the cross entropy, sum(w l) / sum(w)", Min = 0)]
    public ClassWeights? ClassWeights { get; init; }

    internal override void Check(LossTask task)
    {
        if (ClassWeights is null) return;
        if (task.Mode != SegmentationMode.Multiclass) throw new LossException($"class_weights in a {task.ModeName} task: leave it out");
        ClassMean.CheckWeights(task, ClassWeights);
    }
}

/// <summary>Powers of the logarithms of Dice and of the probabilities.</summary>
public static class ExpLog
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "exponential-logarithmic",
        Aliases = ["exp-log"],
        Family = LossFamily.Compound,
        Summary = "powers of -ln dice and of the cross entropy",
        Formula = """
            exponential-logarithmic = dice_weight * A + ce_weight * B
            A = mean over classes of (-ln D)^gamma, B = mean over pixels of (-ln p_t)^gamma
            D = (2 I + smooth) / (P + T + smooth)
            """,
        Values = "0 and up",
        Paper = "Wong, Moradi, Tang, Syeda-Mahmood 2018, 3D segmentation with exponential logarithmic loss for highly unbalanced object "
            + "sizes, arXiv:1809.00076",
        Advice = "Objects of very different size. The paper weighs classes with the root of their inverse share: class_weights.",
        Example = "exp-log(gamma=0.3)",
        Defaults = new ExpLogSettings(),
        Function = static (input, settings) => Compute(input, (ExpLogSettings)settings),
    };

    /// <summary>
    /// d times the mean over the classes and images of (-ln D)^g, D the Dice coefficient (2 I + s) / (P + T + s), plus c times the mean over
    /// the pixels that count, and over the channels of a multilabel task, of (-ln p_t)^g, weighted with the weights of the classes.
    /// </summary>
    /// <param name="input">The batch; for a soft target -ln p_t is the mean over it.</param>
    /// <param name="settings">The parameters; d is dice_weight, c is ce_weight, g is gamma, s is smooth.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Wong et al. 2018, arXiv:1809.00076. Below 1e-7 the powers are lines, for their slope is infinite at 0.</remarks>
    /// <example>
    /// Logits (0, 0), target (1, 0): D = 2/3, and the loss is 0.8 (ln 1.5)^0.3 + 0.2 (ln 2)^0.3 = 0.7894.
    /// </example>
    public static Tensor Compute(LossInput input, ExpLogSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var region = new DiceSettings { Smooth = settings.Smooth, Reduction = settings.Reduction, Empty = settings.Empty, LogLoss = true };
        var dice = RegionLoss.Of(input, region, 0.5, 0.5, smoothUnit: 0.5, loss => Power.Of(loss, settings.Gamma));
        return (dice * Num(settings.DiceWeight)).Plus(OfPixels(input, settings) * Num(settings.CeWeight));
    }

    private static Tensor OfPixels(LossInput input, ExpLogSettings settings)
    {
        var loss = Power.Of(PixelEntropy.Of(input), settings.Gamma);
        if (settings.ClassWeights?.For(input.Task) is not { } numbers) return PixelMean.OfMasked(input, loss, LossReduction.Batch);
        var weight = input.AtTarget(input.Constant(numbers, 1, -1, 1).expand(input.Logits.shape));
        return PixelMean.Ratio(input, loss * weight, weight, LossReduction.Batch);
    }
}
