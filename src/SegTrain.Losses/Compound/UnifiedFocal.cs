using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Which classes the modulators of <see cref="UnifiedFocal"/> touch.</summary>
public enum UnifiedFocalForm
{
    /// <summary>The cross entropy of the background and the region loss of the others.</summary>
    Asymmetric,

    /// <summary>Both parts of all classes.</summary>
    Symmetric,
}

/// <summary>Parameters of <see cref="UnifiedFocal"/>.</summary>
public sealed record UnifiedFocalSettings : LossSettings
{
    /// <summary>Which classes the modulators touch; default asymmetric.</summary>
    [LossParameter("modulates all classes alike, or the cross entropy of the background and the region loss of the others only")]
    public UnifiedFocalForm Form { get; init; }

    /// <summary>Share of the Tversky part, the rest is that of the cross entropy; default 0.5.</summary>
    [LossParameter("share of the tversky part; the rest is that of the cross entropy", Min = 0, Max = 1)]
    public double TverskyWeight { get; init; } = 0.5;

    /// <summary>Weight of the false negatives and of the foreground, 1 - delta that of the others; default 0.6.</summary>
    [LossParameter("weight of false negatives and of foreground pixels; 1 - delta is that of false positives and of background pixels",
        Min = 0, Max = 1)]
    public double Delta { get; init; } = 0.6;

    /// <summary>How strongly the modulators work; default 0.5.</summary>
    [LossParameter("how strongly easy background pixels are turned down and nearly right classes turned up", Min = 0, Max = 1, BelowMax = true)]
    public double Gamma { get; init; } = 0.5;

    /// <summary>Added to numerator and denominator of Tversky's index; default 1e-7.</summary>
    [LossParameter("number of pixels added to numerator and denominator of tversky's index", Min = 0)]
    public double Smooth { get; init; } = 1e-7;

    /// <summary>Tversky's index of each image by itself, or of the batch as one; default image.</summary>
    [LossParameter("tversky over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>What a class without pixels in the target costs in the Tversky part; default penalize.</summary>
    [LossParameter("a class without pixels in the target: costs nothing (zero), what the formula says (smooth), "
        + "or its mean probability (penalize)")]
    public EmptyClass Empty { get; init; } = EmptyClass.Penalize;
}

/// <summary>A focal cross entropy plus a focal Tversky loss with three parameters in common.</summary>
public static class UnifiedFocal
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "unified-focal",
        Aliases = ["unified-focal-loss"],
        Family = LossFamily.Compound,
        Summary = "focal plus focal-tversky with shared parameters, which treat background and foreground apart",
        Formula = """
            unified-focal = w * FT + (1 - w) * F, w = tversky_weight
            F = mean over pixels of delta -ln p_t; in the background (1 - delta) (1 - p_t)^gamma -ln p_t
            FT = mean over classes of L^(1 - gamma), of the background L
            L = 1 - (TP + s) / (TP + (1 - delta) FP + delta FN + s)
            symmetric: both powers for all classes
            """,
        Values = "0 and up",
        Paper = "Yeung et al. 2021, Unified focal loss: generalising Dice and cross entropy-based losses, arXiv:2102.04525",
        Advice = "Small foreground in much background, where bce-dice misses it. Class 0 is the background.",
        Example = "unified-focal(form=symmetric, delta=0.7)",
        Refusals = { [SegmentationMode.Multilabel] = "a multilabel task has no background class: use focal-tversky and focal" },
        Defaults = new UnifiedFocalSettings(),
        Function = static (input, settings) => Compute(input, (UnifiedFocalSettings)settings),
    };

    /// <summary>
    /// w FT + (1 - w) F. F is the mean over the pixels that count of d (-ln p_t), in the background of (1 - d) (1 - p_t)^g (-ln p_t). FT is
    /// the mean over the classes and images of L^(1 - g), of the background of L, with L = 1 - (TP + s) / (TP + (1 - d) FP + d FN + s). The
    /// symmetric form takes both powers for all classes. A binary task has the classes background and foreground.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; w is tversky_weight, d is delta, g is gamma, s is smooth.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Yeung et al. 2021, arXiv:2102.04525; several foreground classes are treated alike.</remarks>
    /// <example>
    /// Logits (0, 0), target (1, 0), smooth 0, delta 0.6, gamma 0.5: F = (0.6 ln 2 + 0.4 sqrt(0.5) ln 2) / 2 = 0.3060, L = 0.5 of both
    /// classes, FT = (0.5 + sqrt(0.5)) / 2 = 0.6036, and the loss is 0.4548.
    /// </example>
    public static Tensor Compute(LossInput input, UnifiedFocalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (classes, w) = (input.Classes, settings.TverskyWeight);
        var isSymmetric = settings.Form == UnifiedFocalForm.Symmetric;
        return (OfPixels(classes, settings, isSymmetric) * Num(1 - w)).Plus(OfRegions(classes, settings, isSymmetric) * Num(w));
    }

    private static Tensor OfPixels(LossInput input, UnifiedFocalSettings settings, bool isSymmetric)
    {
        var (background, foreground) = Split(input.LogProbabilities);
        var (inBackground, inForeground) = Split(input.Planes);
        var outside = inBackground * Focal.OfLog(background, settings.Gamma);
        var inside = (inForeground * Focal.OfLog(foreground, isSymmetric ? settings.Gamma : 0)).sum(1, keepdim: true);
        return PixelMean.OfMasked(input, (outside * Num(1 - settings.Delta)).Plus(inside * Num(settings.Delta)), LossReduction.Batch);
    }

    private static Tensor OfRegions(LossInput input, UnifiedFocalSettings settings, bool isSymmetric)
    {
        var region = new TverskySettings { Smooth = settings.Smooth, Reduction = settings.Reduction, Empty = settings.Empty };
        return RegionLoss.Of(input, region, 1 - settings.Delta, settings.Delta, bend: loss =>
        {
            var raised = Power.Of(loss, 1 - settings.Gamma);
            return isSymmetric ? raised : cat([Split(loss).Background, Split(raised).Foreground], 1);
        });
    }

    private static (Tensor Background, Tensor Foreground) Split(Tensor classes) =>
        (classes.narrow(1, 0, 1), classes.narrow(1, 1, classes.shape[1] - 1));
}
