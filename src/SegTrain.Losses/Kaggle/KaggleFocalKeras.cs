using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleFocalKeras"/>.</summary>
public sealed record KaggleFocalKerasSettings : LossSettings
{
    /// <summary>Factor of the whole loss; default 0.8.</summary>
    [LossParameter("factor of the whole loss: no weight of the positives", Min = 0)]
    public double Alpha { get; init; } = 0.8;

    /// <summary>Exponent of the modulator; default 2.</summary>
    [LossParameter("exponent of the modulator", Min = 0)]
    public double Gamma { get; init; } = 2;

    /// <summary>Least distance of a probability from 0 and 1; default 1e-7.</summary>
    [LossParameter("least distance of a probability from 0 and 1", Min = 0, AboveMin = true, Max = 0.5)]
    public double Clip { get; init; } = 1e-7;
}

/// <summary>Focal loss of clipped probabilities with a factor for alpha.</summary>
public static class KaggleFocalKeras
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-focal-keras",
        Family = LossFamily.Kaggle,
        Summary = "focal loss of clipped probabilities, in which alpha only scales",
        Formula = """
            mean of alpha (1 - e^-b)^gamma b
            b = -(t ln p + (1 - t) ln(1 - p)), p clipped to [clip, 1 - clip]
            """,
        Values = "0 to 16 alpha",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "alpha is a factor of all pixels, not the weight of the positives; a pixel that is wrong beyond the "
            + "clip has no gradient.",
            "focal(gamma=2)"),
        Example = "kaggle-focal-keras(alpha=0.8, gamma=2)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleFocalKerasSettings(),
        Function = static (input, settings) => Compute(input, (KaggleFocalKerasSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count of a (1 - e^-b)^g b, with b = -(t ln p + (1 - t) ln(1 - p)) and p the sigmoid of the logits,
    /// held in [clip, 1 - clip]; a is alpha, g is gamma.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logit 0, target 1: 0.8 * 0.25 * ln 2 = 0.1386.</example>
    public static Tensor Compute(LossInput input, KaggleFocalKerasSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (p, t) = (input.Probabilities.clamp(Num(settings.Clip), Num(1 - settings.Clip)), input.Planes);
        var logarithm = (t * p.log()).Plus((One - t) * (One - p).log());
        var loss = settings.Gamma == 0 ? logarithm : Power.Of(One - logarithm.exp(), settings.Gamma) * logarithm;
        return PixelMean.Of(input, loss, LossReduction.Batch) * Num(-settings.Alpha);
    }
}
