using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleFocal"/>.</summary>
public sealed record KaggleFocalSettings : LossSettings
{
    /// <summary>Factor of the whole loss; default 0.8.</summary>
    [LossParameter("factor of the whole loss: no weight of the positives", Min = 0)]
    public double Alpha { get; init; } = 0.8;

    /// <summary>Exponent of the modulator; default 2.</summary>
    [LossParameter("exponent of the modulator", Min = 0)]
    public double Gamma { get; init; } = 2;
}

/// <summary>The modulator of the focal loss on the mean cross entropy.</summary>
public static class KaggleFocal
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-focal",
        Family = LossFamily.Kaggle,
        Summary = "a modulator on the mean cross entropy: not focal",
        Formula = """
            alpha (1 - e^-B)^gamma B, B the mean of -(t ln p + (1 - t) ln(1 - p)) over the whole batch
            """,
        Values = "0 to 100 alpha",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "The modulator is one number for all pixels: the gradient is that of bce times a factor that dies as "
            + "the loss falls (0.02 at B = 0.1), and hard pixels count no more than in bce. alpha only scales.",
            "focal(gamma=2)"),
        Example = "kaggle-focal(alpha=0.8, gamma=2)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleFocalSettings(),
        Function = static (input, settings) => Compute(input, (KaggleFocalSettings)settings),
    };

    /// <summary>
    /// a (1 - e^-B)^g B, with B the mean of -(t ln p + (1 - t) ln(1 - p)) over all that counts in the batch, p the rounded sigmoid
    /// of the logits; a is alpha, g is gamma.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logit 0, target 1: B = ln 2, and the loss is 0.8 * 0.25 * ln 2 = 0.1386.</example>
    public static Tensor Compute(LossInput input, KaggleFocalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var mean = Flat.CrossEntropy(input);
        return settings.Gamma == 0
            ? mean * Num(settings.Alpha)
            : Power.Of(-(-mean).expm1(), settings.Gamma) * mean * Num(settings.Alpha);
    }
}
