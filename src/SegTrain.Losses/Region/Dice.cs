using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Dice"/>.</summary>
public sealed record DiceSettings : RegionSettings;

/// <summary>One minus the Dice coefficient of the probabilities and the target.</summary>
public static class Dice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "dice",
        Family = LossFamily.Region,
        Summary = "one minus the Dice coefficient: overlap of prediction and target, whatever the size of the region",
        Formula = """
            dice = mean over classes of 1 - (2 I + smooth) / (P + T + smooth)
            I = sum(p t), P = sum(p), T = sum(t) over the pixels that count
            """,
        Values = "0 to 1 (0 and up with log_loss)",
        Paper = "Milletari, Navab, Ahmadi 2016, V-Net, arXiv:1606.04797; linear denominator: Drozdzal et al. 2016, arXiv:1608.04117",
        Advice = "Regions much smaller than the background, and when Dice is the score that counts. Probabilities end near 0 and 1; mix "
            + "with bce or ce for a steadier start.",
        Example = "dice(smooth=1)",
        Defaults = new DiceSettings(),
        Function = static (input, settings) => Compute(input, (DiceSettings)settings),
    };

    /// <summary>
    /// 1 - (2 I + s) / (P + T + s) for each class, with I = sum(p t), P = sum(p), T = sum(t) over the pixels of an image or of the batch
    /// that count, and p the sigmoid or the softmax of the logits; then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap); with log_loss 0 to -log(eps).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Milletari, Navab, Ahmadi 2016, arXiv:1606.04797, has squares in the denominator; Drozdzal et al. 2016, arXiv:1608.04117, does not.
    /// <c>smooth=s</c> is that of the formula as people write it; it is 2 s of libraries that compute Dice by Tversky's index.
    /// </remarks>
    /// <example>Logits (0, 0), target (1, 0): p = (0.5, 0.5), I = 0.5, P = 1, T = 1, and the loss is 1 - 1/2 = 0.5.</example>
    public static torch.Tensor Compute(LossInput input, DiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return RegionLoss.Of(input, settings, fpWeight: 0.5, fnWeight: 0.5, smoothUnit: 0.5);
    }
}
