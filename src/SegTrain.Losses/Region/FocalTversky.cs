using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="FocalTversky"/>; the defaults are the paper's.</summary>
public sealed record FocalTverskySettings : RegionSettings
{
    /// <summary>Weight of the false positives; default 0.3.</summary>
    [LossParameter("weight of the false positives; above fn_weight favours precision", Min = 0, Aliases = "alpha")]
    public double FpWeight { get; init; } = 0.3;

    /// <summary>Weight of the false negatives; default 0.7.</summary>
    [LossParameter("weight of the false negatives; above fp_weight favours recall", Min = 0, Aliases = "beta")]
    public double FnWeight { get; init; } = 0.7;

    /// <summary>Exponent of the loss of each class; default 0.75.</summary>
    [LossParameter("exponent of the loss of each class, 1 / gamma of the paper: below 1 a class that is nearly right counts more, "
        + "above 1 less", Min = 0, AboveMin = true)]
    public double Exponent { get; init; } = 0.75;
}

/// <summary>A power of one minus Tversky's index of each class.</summary>
public static class FocalTversky
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "focal-tversky",
        Family = LossFamily.Region,
        Summary = "a power of the tversky loss of each class",
        Formula = """
            focal-tversky = mean over classes of (1 - TI)^exponent
            TI = (TP + smooth) / (TP + alpha FP + beta FN + smooth)
            TP = sum(p t), FP = sum(p) - TP, FN = sum(t) - TP over the pixels that count
            """,
        Values = "0 to 1 (0 and up with log_loss)",
        Paper = "Abraham, Khan 2018, A novel focal Tversky loss function with improved attention U-Net for lesion segmentation, "
            + "arXiv:1810.07842",
        Advice = "Small regions that must not be missed. The defaults are the paper's: its alpha is our beta = 0.7, its gamma = 4/3 is "
            + "our exponent = 0.75; it adds smooth=1 over the batch.",
        Example = "focal-tversky(alpha=0.3, beta=0.7, exponent=0.75, smooth=1, reduction=batch)",
        Defaults = new FocalTverskySettings(),
        Function = static (input, settings) => Compute(input, (FocalTverskySettings)settings),
    };

    /// <summary>
    /// The e-th power of 1 - (TP + s) / (TP + f FP + g FN + s) for each class; then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; f is fp_weight (alpha), g is fn_weight (beta), e is exponent.</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Abraham, Khan 2018, arXiv:1810.07842. Below a loss of eps the power is a line, for its slope is infinite at 0. The power comes
    /// before the mean over the classes; some libraries take it after.
    /// </remarks>
    /// <example>Logits (0, 0), target (1, 0): the tversky loss is 0.5, and the loss is 0.5^0.75 = 0.5946.</example>
    public static torch.Tensor Compute(LossInput input, FocalTverskySettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return RegionLoss.Of(
            input, settings, settings.FpWeight, settings.FnWeight, bend: loss => Power.Of(loss, settings.Exponent, settings.Eps));
    }
}
