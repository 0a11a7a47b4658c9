using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>How labels are smoothed.</summary>
public enum LabelSmoothing
{
    /// <summary>Evenly taken from the classes that have a share: <see cref="SoftLabels.Smooth"/>.</summary>
    Redistribute,

    /// <summary>(1 - s) t + s / C.</summary>
    Uniform,
}

/// <summary>Parameters of <see cref="SoftCe"/>.</summary>
public sealed record SoftCeSettings : PixelSettings
{
    /// <summary>Share of the label that is spread over all classes; default 0.</summary>
    [LossParameter("share of the label that is spread over all classes", Min = 0, Max = 1, Aliases = "alpha")]
    public double LabelSmoothing { get; init; }

    /// <summary>Where that share is taken from; default redistribute.</summary>
    [LossParameter("where that share is taken from: evenly from the classes that have one, or from each in proportion")]
    public LabelSmoothing Smoothing { get; init; }
}

/// <summary>Cross entropy against soft labels.</summary>
public static class SoftCe
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "soft-ce",
        Family = LossFamily.Distribution,
        Summary = "cross entropy against soft labels, which can be smoothed without losing small shares",
        Formula = """
            soft-ce = mean over pixels of -sum_c t'_c ln p_c, p = softmax(x)
            redistribute: t' = max(0, t - s / m) + s / C, with m of the C classes above 0
            uniform: t' = (1 - s) t + s / C
            """,
        Values = "0 and up; its least value is the entropy of the labels",
        Paper = "Szegedy et al. 2015, arXiv:1512.00567 (uniform); the other form is that of the incendio library",
        Advice = "Soft labels, such as shares of several readers, that are to be smoothed too. For hard labels both forms are "
            + "ce(label_smoothing=...).",
        Example = "soft-ce(label_smoothing=0.1)",
        Refusals = { [SegmentationMode.Multilabel] = "the labels of a multilabel task do not exclude each other: use bce" },
        Defaults = new SoftCeSettings(),
        Function = static (input, settings) => Compute(input, (SoftCeSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count of -sum_c t'_c ln p_c, with p the softmax of the logits and t' the smoothed label; a binary task has
    /// the classes background and foreground.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Redistribution keeps the difference of two shares where uniform smoothing shrinks it.</remarks>
    /// <example>
    /// Logit 0, soft target 0.9, s = 0.1: t' = (0.1 - 0.05 + 0.05, 0.9 - 0.05 + 0.05), and the loss is ln 2 = 0.6931.
    /// </example>
    public static Tensor Compute(LossInput input, SoftCeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var s = settings.LabelSmoothing;
        if (s == 0) return PixelMean.OfMasked(input, PixelEntropy.Of(input), settings.Reduction);
        var classes = input.Classes;
        if (classes.IsHard || settings.Smoothing == Losses.LabelSmoothing.Uniform)
        {
            return Ce.OfLogs(classes, classes.LogProbabilities, null, s, settings.Reduction);
        }
        var loss = -(SoftLabels.Smooth(classes.Planes, s) * classes.LogProbabilities).sum(1, keepdim: true);
        return PixelMean.Of(classes, loss, settings.Reduction);
    }
}
