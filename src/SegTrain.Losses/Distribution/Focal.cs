using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What the probabilities of a multiclass task are.</summary>
public enum FocalMode
{
    /// <summary>The softmax over the classes.</summary>
    Softmax,

    /// <summary>A sigmoid for each class against the rest.</summary>
    Ovr,
}

/// <summary>Parameters of <see cref="Focal"/>.</summary>
public sealed record FocalSettings : PixelSettings
{
    /// <summary>Exponent of the modulator (1 - p_t); default 2.</summary>
    [LossParameter("how strongly easy pixels are turned down: exponent of 1 - p_t; 0 is cross entropy", Min = 0)]
    public double Gamma { get; init; } = 2;

    /// <summary>Weight of the positives, 1 - alpha that of the negatives; default null, no weights.</summary>
    [LossParameter("weight of the positives, 1 - alpha that of the negatives; none for no weights; the paper has 0.25", Min = 0, Max = 1)]
    public double? Alpha { get; init; }

    /// <summary>Weights w of the classes of a multiclass task, sum(w l) / sum(w) over the pixels; default null, all the same.</summary>
    [LossParameter("weight of the pixels of each class of a multiclass task, sum(w l) / sum(w)", Min = 0)]
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>What the probabilities of a multiclass task are; default softmax.</summary>
    [LossParameter("probabilities of a multiclass task: one softmax, or each class against the rest by its own sigmoid (ovr)")]
    public FocalMode Mode { get; init; }

    /// <summary>Whether the sum is divided by the sum of the modulators in place of the number of pixels; default false.</summary>
    [LossParameter("divides by the sum of the modulators in place of the number of pixels")]
    public bool Normalized { get; init; }

    /// <summary>p_t below which a pixel keeps its whole cross entropy; default null, none does.</summary>
    [LossParameter("a pixel with p_t below it keeps its whole cross entropy, others the power of (1 - p_t) / reduced_threshold",
        Min = 0, AboveMin = true, Max = 1)]
    public double? ReducedThreshold { get; init; }

    internal override void Check(LossTask task)
    {
        var isMulticlass = task.Mode == SegmentationMode.Multiclass;
        if (isMulticlass && Mode == FocalMode.Softmax && Alpha is not null)
        {
            throw new LossException("alpha in a multiclass task, where there is no positive class: give class_weights, or mode=ovr");
        }
        if (isMulticlass && Mode == FocalMode.Ovr && ClassWeights is not null) throw new LossException("class_weights with mode=ovr: give alpha");
        if (!isMulticlass && ClassWeights is not null) throw new LossException($"class_weights in a {task.ModeName} task: give alpha");
        if (isMulticlass) ClassMean.CheckWeights(task, ClassWeights);
    }
}

/// <summary>Cross entropy that turns down the pixels that are right already.</summary>
public static class Focal
{
    // The least sum of modulators to divide by: that of a batch in which all is right beyond doubt.
    private const double LeastModulators = 1e-6;

    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "focal",
        Family = LossFamily.Distribution,
        Summary = "cross entropy that turns down the pixels that are right already",
        Formula = """
            focal = mean over pixels of -alpha_t (1 - p_t)^gamma ln p_t
            p_t = p inside and 1 - p outside, alpha_t = alpha inside and 1 - alpha outside
            multiclass: p_t the softmax of the pixel's class, class_weights for alpha
            mode=ovr: each class of a multiclass task as above
            reduced_threshold = r: 1 in place of the power where p_t < r, else ((1 - p_t) / r)^gamma
            """,
        Values = "0 and up",
        Paper = "Lin, Goyal, Girshick, He, Dollar 2017, Focal loss for dense object detection, arXiv:1708.02002",
        Advice = "Many easy pixels and few hard ones. alpha is none here: the paper's 0.25 goes with gamma = 2 in detection and costs "
            + "recall in segmentation.",
        Example = "focal(gamma=2, alpha=0.25)",
        Defaults = new FocalSettings(),
        Function = static (input, settings) => Compute(input, (FocalSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count, and over the channels, of -a_t (1 - p_t)^g ln p_t. Binary and multilabel: p_t is p = sigmoid(x)
    /// inside and 1 - p outside. Multiclass: p_t is the softmax of the pixel's class. Its gradient is finite everywhere, for every g.
    /// </summary>
    /// <param name="input">The batch; a soft target takes the mean of both sides, or of all classes.</param>
    /// <param name="settings">The parameters; g is gamma, a_t is alpha inside and 1 - alpha outside.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Lin et al. 2017, arXiv:1708.02002.</remarks>
    /// <example>Logit 0, target 1, gamma 2: 0.5^2 * ln 2 = 0.1733; with alpha 0.25 it is 0.0433.</example>
    public static Tensor Compute(LossInput input, FocalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return input.Task.Mode == SegmentationMode.Multiclass && settings.Mode == FocalMode.Softmax
            ? OfClasses(input, settings)
            : OfChannels(input, settings);
    }

    /// <summary>(1 - p_t)^gamma -ln p_t, given ln p_t.</summary>
    internal static Tensor OfLog(Tensor log, double gamma) => gamma == 0 ? -log : Modulator(log, gamma) * -log;

    private static Tensor OfChannels(LossInput input, FocalSettings settings)
    {
        if (input.IsHard)
        {
            var (loss, modulator) = OfWrongness(input.Wrongness, settings);
            if (settings.Alpha is { } a) loss = loss * (input.Planes * Num(2 * a - 1) + Num(1 - a));
            return settings.Normalized ? Normalized(input, loss, modulator, settings) : PixelMean.OfMasked(input, loss, settings.Reduction);
        }
        var t = input.Planes;
        var (inside, outside) = settings.Alpha is { } alpha ? (alpha, 1 - alpha) : (1, 1);
        var (positive, positiveModulator) = OfWrongness(-input.Logits, settings);
        var (negative, negativeModulator) = OfWrongness(input.Logits, settings);
        var both = (t * positive * Num(inside)).Plus((One - t) * negative * Num(outside));
        return settings.Normalized
            ? Normalized(input, both, (t * positiveModulator).Plus((One - t) * negativeModulator), settings)
            : PixelMean.Of(input, both, settings.Reduction);
    }

    private static Tensor OfClasses(LossInput input, FocalSettings settings)
    {
        var log = input.IsHard ? input.AtTarget(input.LogProbabilities) : input.LogProbabilities;
        var modulator = Modulator(log, settings.Gamma);
        if (settings.ReducedThreshold is { } r) modulator = Reduced(modulator, log.lt(Num(Math.Log(r))), r, settings.Gamma);
        var loss = -log * modulator;
        if (!input.IsHard) (loss, modulator) = (input.AtTarget(loss), input.AtTarget(modulator));
        if (settings.ClassWeights?.For(input.Task) is not { } numbers)
        {
            return settings.Normalized ? Normalized(input, loss, modulator, settings) : PixelMean.Of(input, loss, settings.Reduction);
        }
        var weight = input.AtTarget(input.Constant(numbers, 1, -1, 1).expand(input.Logits.shape));
        return settings.Normalized
            ? Normalized(input, loss * weight, modulator * weight, settings)
            : PixelMean.Ratio(input, loss * weight, weight, settings.Reduction);
    }

    private static Tensor Normalized(LossInput input, Tensor loss, Tensor modulator, FocalSettings settings) =>
        PixelMean.Ratio(input, loss, modulator, settings.Reduction, LeastModulators);

    /// <summary>
    /// For a logit wrong by z, ln p_t is log_sigmoid(-z) and 1 - p_t is sigmoid(z), whose power below 1 has an infinite slope at 0.
    /// </summary>
    private static (Tensor Loss, Tensor Modulator) OfWrongness(Tensor z, FocalSettings settings)
    {
        var entropy = -(-z).log_sigmoid();
        var modulator = settings.Gamma switch
        {
            0 => ones([], z.dtype, z.device),
            < 1 => (z.log_sigmoid() * Num(settings.Gamma)).exp(),
            _ => z.sigmoid().pow(Num(settings.Gamma)),
        };
        if (settings.ReducedThreshold is { } r) modulator = Reduced(modulator, z.gt(Num(Math.Log((1 - r) / r))), r, settings.Gamma);
        return (settings.Gamma == 0 ? entropy : modulator * entropy, modulator.expand(z.shape));
    }

    /// <summary>1 - p_t is -expm1(ln p_t). Where it is 0 the loss is 0 too: there it is held away from the pole of its logarithm.</summary>
    private static Tensor Modulator(Tensor log, double gamma)
    {
        if (gamma == 0) return ones_like(log);
        var wrong = (-log.expm1()).clamp_min(Num(log.dtype == float64 ? 1e-300 : 1e-30));
        return wrong.pow(Num(gamma));
    }

    private static Tensor Reduced(Tensor modulator, Tensor isHard, double threshold, double gamma) =>
        (modulator * Num(Math.Pow(threshold, -gamma))).masked_fill(isHard, One);
}
