using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleDice"/>.</summary>
public sealed record KaggleDiceSettings : KaggleSettings;

/// <summary>Dice of all images and channels as one.</summary>
public static class KaggleDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-dice",
        Family = LossFamily.Kaggle,
        Summary = "dice of all images and channels as one, with smooth = 1",
        Formula = """
            1 - (2 I + smooth) / (P + T + smooth), the sums over the whole batch
            """,
        Values = "0 to 1",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "It is one score for the whole batch: small objects drown in large ones, and the value depends on the "
            + "batch size. smooth = 1 lets an empty batch cost almost nothing.",
            "dice(smooth=1)"),
        Example = "kaggle-dice(smooth=1e-6)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleDiceSettings(),
        Function = static (input, settings) => Compute(input, (KaggleDiceSettings)settings),
    };

    /// <summary>
    /// 1 - (2 I + s) / (P + T + s), with I = sum(p t), P = sum(p), T = sum(t) over all that counts in the batch, p the sigmoid of
    /// the logits.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): 1 - (1 + 1)/(2 + 1) = 0.3333.</example>
    public static Tensor Compute(LossInput input, KaggleDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.Dice(input, settings.Smooth);
    }
}
