using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="DiceSquared"/>.</summary>
public sealed record DiceSquaredSettings : ScoreSettings;

/// <summary>One minus the Dice coefficient with squares in the denominator.</summary>
public static class DiceSquared
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "dice-squared",
        Aliases = ["vnet-dice"],
        Family = LossFamily.Region,
        Summary = "dice with squared probabilities in the denominator, as in V-Net",
        Formula = """
            dice-squared = mean over classes of 1 - (2 I + smooth) / (P + T + smooth)
            I = sum(p t), P = sum(p^2), T = sum(t^2) over the pixels that count
            """,
        Values = "0 to 1 (0 and up with log_loss)",
        Paper = "Milletari, Navab, Ahmadi 2016, V-Net, arXiv:1606.04797",
        Advice = "In place of dice when probabilities between 0 and 1 are wanted: its best prediction for a soft target is the target "
            + "itself. An absent class costs its mean p^2 with empty=penalize.",
        Example = "dice-squared(smooth=1)",
        Defaults = new DiceSquaredSettings(),
        Function = static (input, settings) => Compute(input, (DiceSquaredSettings)settings),
    };

    /// <summary>
    /// 1 - (2 I + s) / (P + T + s) for each class, with I = sum(p t), P = sum(p^2), T = sum(t^2) over the pixels of an image or of the
    /// batch that count, and p the sigmoid or the softmax of the logits; then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap); with log_loss 0 to -log(eps).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Milletari, Navab, Ahmadi 2016, arXiv:1606.04797.</remarks>
    /// <example>Logits (0, 0), target (1, 0): I = 0.5, P = 0.25 + 0.25, T = 1, and the loss is 1 - 1/1.5 = 0.3333.</example>
    public static torch.Tensor Compute(LossInput input, DiceSquaredSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var plain = input.IsHard ? input.Sums : RegionSums.Of(input, Overlap.Product);
        var squared = plain with
        {
            Prediction = RegionSums.Predicted(input, input.Probabilities.pow(Num(2))),
            Target = input.IsHard ? plain.Target : input.Planes.pow(Num(2)).sum(2),
        };
        return RegionLoss.Of(input, settings, squared, fpWeight: 0.5, fnWeight: 0.5, smoothUnit: 0.5);
    }
}
