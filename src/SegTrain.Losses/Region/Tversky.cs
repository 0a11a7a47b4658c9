using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Tversky"/>.</summary>
public sealed record TverskySettings : RegionSettings
{
    /// <summary>Weight of the false positives; default 0.3.</summary>
    [LossParameter("weight of the false positives; above fn_weight favours precision", Min = 0, Aliases = "alpha")]
    public double FpWeight { get; init; } = 0.3;

    /// <summary>Weight of the false negatives; default 0.7.</summary>
    [LossParameter("weight of the false negatives; above fp_weight favours recall", Min = 0, Aliases = "beta")]
    public double FnWeight { get; init; } = 0.7;
}

/// <summary>One minus Tversky's index, in which false positives and false negatives have weights of their own.</summary>
public static class Tversky
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "tversky",
        Family = LossFamily.Region,
        Summary = "dice with separate weights for false positives (alpha) and false negatives (beta)",
        Formula = """
            tversky = mean over classes of 1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth)
            TP = sum(p t), FP = sum(p) - TP, FN = sum(t) - TP over the pixels that count
            """,
        Values = "0 to 1 (0 and up with log_loss)",
        Paper = "Salehi, Erdogmus, Gholipour 2017, Tversky loss function for image segmentation, arXiv:1706.05721",
        Advice = "Small regions that must not be missed: beta above alpha buys recall with precision. alpha = beta = 0.5 is dice, "
            + "alpha = beta = 1 is iou. Some papers call the weight of the false negatives alpha; the names fp_weight and fn_weight cannot "
            + "be mixed up.",
        Example = "tversky(alpha=0.3, beta=0.7)",
        Defaults = new TverskySettings(),
        Function = static (input, settings) => Compute(input, (TverskySettings)settings),
    };

    /// <summary>
    /// 1 - (TP + s) / (TP + f FP + g FN + s) for each class, with TP = sum(p t), FP = sum(p) - TP, FN = sum(t) - TP over the pixels of an
    /// image or of the batch that count, and p the sigmoid or the softmax of the logits; then the mean over the classes, then over the
    /// images.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; f is fp_weight (alpha), g is fn_weight (beta).</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap); with log_loss 0 to -log(eps).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Salehi, Erdogmus, Gholipour 2017, arXiv:1706.05721. f = g = 0.5 with smooth s is dice with smooth 2 s; f = g = 1 is iou.
    /// </remarks>
    /// <example>
    /// Logits (0, 0), target (1, 0), f = 0.3, g = 0.7: TP = FP = FN = 0.5, and the loss is 1 - 0.5/(0.5 + 0.15 + 0.35) = 0.5.
    /// </example>
    public static torch.Tensor Compute(LossInput input, TverskySettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return RegionLoss.Of(input, settings, settings.FpWeight, settings.FnWeight);
    }
}
