using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="LogCoshDice"/>.</summary>
public sealed record LogCoshDiceSettings : RegionSettings;

/// <summary>The logarithm of the hyperbolic cosine of the Dice loss.</summary>
public static class LogCoshDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "log-cosh-dice",
        Family = LossFamily.Region,
        Summary = "dice bent to a parabola near a perfect prediction",
        Formula = """
            log-cosh-dice = mean over classes of ln cosh(d)
            d = 1 - (2 I + smooth) / (P + T + smooth), the dice loss of the class
            """,
        Values = "0 to ln cosh 1 = 0.4338 (0 and up with log_loss)",
        Paper = "Jadon 2020, A survey of loss functions for semantic segmentation, arXiv:2006.14822",
        Advice = "When dice jumps about late in training: the gradient of a class fades as the class gets right.",
        Example = "log-cosh-dice(smooth=1)",
        Defaults = new LogCoshDiceSettings(),
        Function = static (input, settings) => Compute(input, (LogCoshDiceSettings)settings),
    };

    /// <summary>ln cosh of the <see cref="Dice"/> loss of each class; then the mean over the classes, then over the images.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 0.4338 (no overlap).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Jadon 2020, arXiv:2006.14822.</remarks>
    /// <example>Logits (0, 0), target (1, 0): the dice loss is 0.5, and the loss is ln cosh 0.5 = 0.1201.</example>
    public static torch.Tensor Compute(LossInput input, LogCoshDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        // cosh d - 1 = (e^d - 1)^2 / (2 e^d), which keeps its digits near 0.
        return RegionLoss.Of(
            input, settings, 0.5, 0.5, smoothUnit: 0.5, static d => (d.expm1().pow(Num(2)) * (-d).exp() * Num(0.5)).log1p());
    }
}
