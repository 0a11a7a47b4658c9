using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleIou"/>.</summary>
public sealed record KaggleIouSettings : KaggleSettings;

/// <summary>Intersection over union of all images and channels as one.</summary>
public static class KaggleIou
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-iou",
        Family = LossFamily.Kaggle,
        Summary = "iou of all images and channels as one, with smooth = 1",
        Formula = """
            1 - (I + smooth) / (P + T - I + smooth), the sums over the whole batch
            """,
        Values = "0 to 1",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "It is one score for the whole batch: small objects drown in large ones, and the value depends on the "
            + "batch size.",
            "iou(smooth=1)"),
        Example = "kaggle-iou",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleIouSettings(),
        Function = static (input, settings) => Compute(input, (KaggleIouSettings)settings),
    };

    /// <summary>
    /// 1 - (I + s) / (P + T - I + s), with I = sum(p t), P = sum(p), T = sum(t) over all that counts in the batch, p the sigmoid of
    /// the logits.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): 1 - (0.5 + 1)/(1.5 + 1) = 0.4.</example>
    public static Tensor Compute(LossInput input, KaggleIouSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.Tversky(input, 1, 1, settings.Smooth);
    }
}
