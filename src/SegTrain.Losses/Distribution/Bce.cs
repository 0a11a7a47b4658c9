using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Bce"/>.</summary>
public sealed record BceSettings : PixelSettings
{
    /// <summary>Weight of the positive term, one number or one a channel; default 1.</summary>
    [LossParameter("weight of the positive term: one number, or a list with one for each channel", Min = 0)]
    public NumberList PosWeight { get; init; } = [1];

    /// <summary>Probability s that a label is wrong, t becomes (1 - t) s + t (1 - s); default 0.</summary>
    [LossParameter("probability s that a label is wrong: t becomes (1 - t) s + t (1 - s)", Min = 0, Max = 0.5)]
    public double LabelSmoothing { get; init; }

    /// <summary>Whether each side is weighted by the share of the other among the pixels of its channel; default false.</summary>
    [LossParameter("weighs the positive term with the share of the negative pixels of the channel in the batch and the other way round")]
    public bool Balanced { get; init; }

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
    // Keeps the shares of a batch without pixels finite.
    private const double Least = 1e-7;

    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "bce",
        Family = LossFamily.Distribution,
        Summary = "binary cross entropy of each channel by itself",
        Formula = """
            bce = mean over pixels and channels of -(pos_weight t ln p + (1 - t) ln(1 - p)), p = sigmoid(x)
            balanced: its positive term times the share of the negatives, and the other way round
            """,
        Values = "0 and up",
        Paper = "Good 1952, Rational decisions, J. R. Stat. Soc. B 14; in logits so that it is exact for |x| up to 1e4; "
            + "balanced: Xie, Tu 2015, Holistically-nested edge detection, arXiv:1504.06375",
        Advice = "The steady start for two classes and for labels that overlap. In a multiclass task each class is told from the rest by "
            + "its own sigmoid; ce is the usual choice there. With few positive pixels raise pos_weight, set balanced, or add dice.",
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
        var (positive, negative) = Weights(input, settings);
        var s = settings.LabelSmoothing;
        if (!input.IsHard || s != 0)
        {
            var t = input.Planes * Num(1 - 2 * s) + Num(s);
            return -PixelMean.Of(
                input,
                Times(t * input.Logits.log_sigmoid(), positive).Plus(Times((One - t) * (-input.Logits).log_sigmoid(), negative)),
                settings.Reduction);
        }
        var log = input.LogTruth;
        if (negative is not null) log = log * (input.Planes * (positive! - negative)).Plus(negative);
        else if (positive is not null) log = log * (input.Planes * (positive - One) + One);
        return -PixelMean.OfMasked(input, log, settings.Reduction);
    }

    /// <summary>The weights of both terms, one for each channel; null for 1.</summary>
    private static (Tensor? Positive, Tensor? Negative) Weights(LossInput input, BceSettings settings)
    {
        var positive = settings.PosWeight.Any(weight => weight != 1) ? input.Constant(settings.PosWeight, 1, -1, 1) : null;
        if (!settings.Balanced) return (positive, null);
        var inside = input.Planes.sum([0, 2], keepdim: true);
        var all = input.Valid?.sum([0, 2], keepdim: true) ?? tensor((double)(input.Images * input.Planes.shape[2]), inside.dtype, inside.device);
        // In float32 whatever the logits are, as weights are.
        var outsideShare = ((all - inside).to(float32) / (all.to(float32) + Num(Least))).to(inside.dtype);
        return (positive is null ? outsideShare : positive * outsideShare, One - outsideShare);
    }

    private static Tensor Times(Tensor term, Tensor? weight) => weight is null ? term : term * weight;

    /// <summary>-(positive t ln p + negative (1 - t) ln(1 - p)), p = sigmoid(x).</summary>
    internal static Tensor TwoSided(Tensor x, Tensor t, double positive, double negative) =>
        -(t * x.log_sigmoid() * Num(positive)).Plus((One - t) * (-x).log_sigmoid() * Num(negative));
}
