using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleFocalTversky"/>.</summary>
public sealed record KaggleFocalTverskySettings : KaggleSettings
{
    /// <summary>Weight of the false positives; default 0.5.</summary>
    [LossParameter("weight of the false positives", Min = 0)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Weight of the false negatives; default 0.5.</summary>
    [LossParameter("weight of the false negatives", Min = 0)]
    public double Beta { get; init; } = 0.5;

    /// <summary>Exponent; default 1.</summary>
    [LossParameter("exponent of the loss", Min = 0, AboveMin = true)]
    public double Gamma { get; init; } = 1;
}

/// <summary>A power of Tversky of all images and channels as one.</summary>
public static class KaggleFocalTversky
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-focal-tversky",
        Family = LossFamily.Kaggle,
        Summary = "a power of tversky of all images and channels as one",
        Formula = """
            (1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth))^gamma, the sums over the whole batch
            """,
        Values = "0 to 1",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "gamma = 1 makes it plain tversky; its gamma is 1 / gamma of the paper, and its alpha the paper's 1 - "
            + "alpha. The code in circulation has no gradient at a loss of 0 with gamma below 1; here the power is "
            + "a line below 1e-7.",
            "focal-tversky(alpha=0.3, beta=0.7, exponent=0.75, smooth=1)"),
        Example = "kaggle-focal-tversky(gamma=0.75)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleFocalTverskySettings(),
        Function = static (input, settings) => Compute(input, (KaggleFocalTverskySettings)settings),
    };

    /// <summary>
    /// The g-th power of 1 - (TP + s) / (TP + a FP + b FN + s), the sums over all that counts in the batch; a is alpha, b is beta, g
    /// is gamma.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0), gamma 0.5: the root of 0.25 = 0.5.</example>
    public static Tensor Compute(LossInput input, KaggleFocalTverskySettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.Tversky(input, settings.Alpha, settings.Beta, settings.Smooth, loss => Power.Of(loss, settings.Gamma));
    }
}
