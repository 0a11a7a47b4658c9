using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Focal"/>.</summary>
public sealed record FocalSettings : LossSettings
{
    /// <summary>Exponent of the modulator (1 - p_t); default 2.</summary>
    [LossParameter("how strongly easy pixels are turned down: exponent of 1 - p_t; 0 is cross entropy", Min = 0)]
    public double Gamma { get; init; } = 2;

    /// <summary>Weight of the positives, 1 - alpha that of the negatives; default null, no weights.</summary>
    [LossParameter("weight of the positives, 1 - alpha that of the negatives; none for no weights; the paper has 0.25", Min = 0, Max = 1)]
    public double? Alpha { get; init; }

    /// <summary>Weights w of the classes of a multiclass task, sum(w l) / sum(w) over the pixels; default null, all the same.</summary>
    [LossParameter("weight of the pixels of each class of a multiclass task, sum(w l) / sum(w)", Min = 0)]
    public NumberList? ClassWeights { get; init; }

    /// <summary>One mean over the batch, or the mean of the images' means; default batch.</summary>
    [LossParameter("one mean over the pixels of the batch, or the mean of the images' means")]
    public LossReduction Reduction { get; init; } = LossReduction.Batch;

    internal override void Check(LossTask task)
    {
        var isMulticlass = task.Mode == SegmentationMode.Multiclass;
        if (isMulticlass && Alpha is not null)
        {
            throw new LossException("alpha in a multiclass task, where there is no positive class: give class_weights");
        }
        if (!isMulticlass && ClassWeights is not null) throw new LossException($"class_weights in a {task.ModeName} task: give alpha");
        if (isMulticlass) ClassMean.CheckWeights(ClassWeights, task.Classes);
    }
}

/// <summary>Cross entropy that turns down the pixels that are right already.</summary>
public static class Focal
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "focal",
        Summary = "cross entropy that turns down the pixels that are right already",
        Formula = """
            focal = mean over pixels of -alpha_t (1 - p_t)^gamma ln p_t
            p_t = p inside and 1 - p outside, alpha_t = alpha inside and 1 - alpha outside
            multiclass: p_t the softmax of the pixel's class, class_weights for alpha
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
        return input.Task.Mode == SegmentationMode.Multiclass ? OfClasses(input, settings) : OfChannels(input, settings);
    }

    private static Tensor OfChannels(LossInput input, FocalSettings settings)
    {
        if (input.IsHard)
        {
            var loss = OfWrongness(input.Wrongness, settings.Gamma);
            if (settings.Alpha is { } a) loss = loss * (input.Planes * (2 * a - 1) + (1 - a));
            return PixelMean.OfMasked(input, loss, settings.Reduction);
        }
        var t = input.Planes;
        var (inside, outside) = settings.Alpha is { } alpha ? (alpha, 1 - alpha) : (1, 1);
        var positive = t * OfWrongness(-input.Logits, settings.Gamma) * inside;
        return PixelMean.Of(input, positive + (1.0 - t) * OfWrongness(input.Logits, settings.Gamma) * outside, settings.Reduction);
    }

    private static Tensor OfClasses(LossInput input, FocalSettings settings)
    {
        var loss = input.IsHard
            ? OfLog(input.AtTarget(input.LogProbabilities), settings.Gamma)
            : input.AtTarget(OfLog(input.LogProbabilities, settings.Gamma));
        if (settings.ClassWeights is not { } numbers) return PixelMean.Of(input, loss, settings.Reduction);
        var weight = input.AtTarget(input.Constant(numbers, 1, -1, 1).expand(input.Logits.shape));
        return PixelMean.Ratio(input, loss * weight, weight, settings.Reduction);
    }

    /// <summary>
    /// For a logit wrong by z, -ln p_t is softplus(z) and 1 - p_t is sigmoid(z), whose power below 1 has an infinite slope at 0.
    /// </summary>
    private static Tensor OfWrongness(Tensor z, double gamma) => gamma switch
    {
        0 => SoftPlus.Of(z),
        < 1 => (z.log_sigmoid() * gamma).exp() * SoftPlus.Of(z),
        _ => z.sigmoid().pow(gamma) * SoftPlus.Of(z),
    };

    /// <summary>1 - p_t is -expm1(ln p_t). Where it is 0 the loss is 0 too: there it is held away from the pole of its logarithm.</summary>
    private static Tensor OfLog(Tensor log, double gamma)
    {
        if (gamma == 0) return -log;
        var modulator = (-log.expm1()).clamp_min(log.dtype == float64 ? 1e-300 : 1e-30);
        return -log * (gamma == 2 ? modulator.square() : modulator.pow(gamma));
    }
}
