using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Bce"/>.</summary>
public sealed record BceSettings : LossSettings
{
    /// <summary>One mean over the batch, or the mean of the images' means; default batch.</summary>
    [LossParameter("one mean over the pixels of the batch, or the mean of the images' means")]
    public LossReduction Reduction { get; init; } = LossReduction.Batch;

    /// <summary>Weight of the positive term, one number or one a channel; default 1.</summary>
    [LossParameter("weight of the positive term: one number, or a list with one for each channel", Min = 0)]
    public NumberList PosWeight { get; init; } = [1];

    /// <summary>Probability s that a label is wrong, t becomes (1 - t) s + t (1 - s); default 0.</summary>
    [LossParameter("probability s that a label is wrong: t becomes (1 - t) s + t (1 - s)", Min = 0, Max = 0.5)]
    public double LabelSmoothing { get; init; }

    internal override void Check(LossTask task)
    {
        if (PosWeight.Count == 1 || PosWeight.Count == task.Channels) return;
        throw new LossException(
            $"pos_weight has {PosWeight.Count} numbers for {task.Channels} channels: give one for all, or one for each");
    }
}

/// <summary>Binary cross entropy of each channel by itself.</summary>
public static class Bce
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "bce",
        Summary = "binary cross entropy of each channel by itself",
        Formula = """
            bce = mean over pixels and channels of -(pos_weight t ln p + (1 - t) ln(1 - p)), p = sigmoid(x)
            """,
        Values = "0 and up",
        Paper = "Good 1952, Rational decisions, J. R. Stat. Soc. B 14; in logits so that it is exact for |x| up to 1e4",
        Advice = "The steady start for two classes and for labels that overlap. In a multiclass task each class is told from the rest by "
            + "its own sigmoid; ce is the usual choice there. With few positive pixels raise pos_weight or add dice.",
        Example = "bce(pos_weight=3)",
        Defaults = new BceSettings(),
        Function = static (input, settings) => Compute(input, (BceSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count, and over the channels, of w t softplus(-x) + (1 - t) softplus(x), which is -(w t ln p + (1 - t)
    /// ln(1 - p)) with p = sigmoid(x). In a multiclass task the target of a channel is its class against the rest.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; w is pos_weight.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Label smoothing is the flip form, which keeps the mean of a balanced target; ce has the form that mixes in all classes evenly.
    /// </remarks>
    /// <example>Logits (0, ln 3), target (1, 1): -(ln 0.5 + ln 0.75) / 2 = 0.4904.</example>
    public static Tensor Compute(LossInput input, BceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (weights, s) = (settings.PosWeight, settings.LabelSmoothing);
        Tensor? raise = weights.Any(weight => weight != 1) ? input.Constant(weights.Select(weight => weight - 1), 1, -1, 1) : null;
        if (!input.IsHard || s != 0)
        {
            var t = input.Planes * (1 - 2 * s) + s;
            var positive = t * SoftPlus.Of(-input.Logits);
            if (raise is not null) positive = positive * (raise + 1.0);
            return PixelMean.Of(input, positive + (1.0 - t) * SoftPlus.Of(input.Logits), settings.Reduction);
        }
        var loss = SoftPlus.Of(input.Wrongness);
        return PixelMean.OfMasked(input, raise is null ? loss : loss * (raise * input.Planes + 1.0), settings.Reduction);
    }

    /// <summary>positive t softplus(-x) + negative (1 - t) softplus(x).</summary>
    internal static Tensor TwoSided(Tensor x, Tensor t, double positive, double negative) =>
        t * SoftPlus.Of(-x) * positive + (1.0 - t) * SoftPlus.Of(x) * negative;
}
