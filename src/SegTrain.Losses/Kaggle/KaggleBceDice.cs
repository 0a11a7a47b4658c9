using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleBceDice"/>.</summary>
public sealed record KaggleBceDiceSettings : KaggleSettings;

/// <summary>Cross entropy of probabilities plus Dice of all images and channels as one.</summary>
public static class KaggleBceDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-bce-dice",
        Family = LossFamily.Kaggle,
        Summary = "cross entropy of rounded probabilities plus dice of the whole batch",
        Formula = """
            mean of -(t ln p + (1 - t) ln(1 - p)), logarithms not below -100
            + 1 - (2 I + smooth) / (P + T + smooth), the sums over the whole batch
            """,
        Values = "0 to 101",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "The cross entropy is taken of probabilities: in float32 a pixel that is wrong by a logit of 17 costs "
            + "100 and has no gradient any more.",
            "bce-dice(smooth=1, reduction=batch)"),
        Example = "kaggle-bce-dice",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleBceDiceSettings(),
        Function = static (input, settings) => Compute(input, (KaggleBceDiceSettings)settings),
    };

    /// <summary>
    /// The mean of -(t ln p + (1 - t) ln(1 - p)), p the rounded sigmoid of the logits, plus 1 - (2 I + s) / (P + T + s), over all
    /// that counts in the batch.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 101.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): ln 2 + 1/3 = 1.0265.</example>
    public static Tensor Compute(LossInput input, KaggleBceDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.CrossEntropy(input).Plus(Flat.Dice(input, settings.Smooth));
    }
}
