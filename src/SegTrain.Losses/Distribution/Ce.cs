using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Ce"/>.</summary>
public sealed record CeSettings : PixelSettings
{
    /// <summary>Weights w of the classes, sum(w l) / sum(w) over the pixels; default null, all the same.</summary>
    [LossParameter("weight of the pixels of each class, sum(w l) / sum(w); two weights in a binary task", Min = 0)]
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>Share s of the target that is spread evenly over all classes; default 0.</summary>
    [LossParameter("share s of the target spread evenly over all classes: t becomes (1 - s) t + s / C", Min = 0, Max = 1)]
    public double LabelSmoothing { get; init; }

    internal override void Check(LossTask task) => ClassMean.CheckWeights(task, ClassWeights);
}

/// <summary>Cross entropy over exclusive classes.</summary>
public static class Ce
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "ce",
        Aliases = ["cross-entropy"],
        Family = LossFamily.Distribution,
        Summary = "cross entropy over exclusive classes (softmax); bce in a binary task",
        Formula = """
            ce = sum(w_t * -ln p_t) / sum(w_t) over the pixels, p = softmax(x), t the class of the pixel
            """,
        Values = "0 and up",
        Paper = "Good 1952, Rational decisions, J. R. Stat. Soc. B 14; label smoothing: Szegedy et al. 2015, arXiv:1512.00567",
        Advice = "The steady start for several classes. Rare classes: class_weights, or add dice or lovasz. "
            + "In a binary task the classes are background and foreground with logits 0 and x, which is bce.",
        Example = "ce(class_weights=[1,2,0.5])",
        Refusals = { [SegmentationMode.Multilabel] = "the labels of a multilabel task do not exclude each other: use bce" },
        Defaults = new CeSettings(),
        Function = static (input, settings) => Compute(input, (CeSettings)settings),
    };

    /// <summary>
    /// sum(w_t l) / sum(w_t) over the pixels that count, l = -ln p_t, p the softmax of the logits, t the class of the pixel. A binary task
    /// has the two classes background and foreground with the logits 0 and x. For a soft target w_t and l are means over it.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Label smoothing: Szegedy et al. 2015, arXiv:1512.00567.</remarks>
    /// <example>Logits (1.5, 0.5, -0.5), class 0: -ln(e^1.5 / (e^1.5 + e^0.5 + e^-0.5)) = 0.4076.</example>
    public static Tensor Compute(LossInput input, CeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return input.Task.Mode == SegmentationMode.Binary
            ? OfTwo(input, settings)
            : OfLogs(input, input.LogProbabilities, settings.ClassWeights, settings.LabelSmoothing, settings.Reduction);
    }

    /// <summary>The cross entropy where the logarithms of the probabilities (N, C, P) are given.</summary>
    internal static Tensor OfLogs(LossInput input, Tensor log, ClassWeights? classWeights, double smoothing, LossReduction reduction)
    {
        var s = smoothing;
        if (classWeights?.For(input.Task) is not { } numbers)
        {
            var loss = s == 0 ? -input.AtTarget(log) : input.AtTarget(log) * Num(s - 1) - log.mean([1], keepdim: true) * Num(s);
            return PixelMean.Of(input, loss, reduction);
        }
        var weights = input.Constant(numbers, 1, -1, 1);
        var weight = input.AtTarget(weights.expand(log.shape));
        var weighted = input.Kind == TargetKind.ClassIndex ? input.AtTarget(log) * weight : input.AtTarget(log * weights);
        if (s != 0) weighted = (weighted * Num(1 - s)).Plus((log * weights).mean([1], keepdim: true) * Num(s));
        return PixelMean.Ratio(input, -weighted, weight, reduction);
    }

    private static Tensor OfTwo(LossInput input, CeSettings settings)
    {
        var s = settings.LabelSmoothing;
        if (settings.ClassWeights?.For(input.Task) is not [var background, var foreground])
        {
            return Bce.Compute(input, new BceSettings { Reduction = settings.Reduction, LabelSmoothing = s / 2 });
        }
        var t = input.Planes;
        var loss = Bce.TwoSided(input.Logits, t * Num(1 - s) + Num(s / 2), foreground, background);
        return PixelMean.Ratio(input, loss, t * Num(foreground - background) + Num(background), settings.Reduction);
    }
}
