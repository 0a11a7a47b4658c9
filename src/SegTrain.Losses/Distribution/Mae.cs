using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Mae"/>.</summary>
public sealed record MaeSettings : DifferenceSettings;

/// <summary>Mean of the absolute difference of probabilities and target.</summary>
public static class Mae
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "mae",
        Aliases = ["l1"],
        Family = LossFamily.Distribution,
        Summary = "mean absolute difference of probabilities and target",
        Formula = """
            mae = mean over pixels and channels of |p - t|
            """,
        Values = "0 to 1 (0 and up with from_logits=false)",
        Paper = "Ghosh, Kumar, Sastry 2017, Robust loss functions under label noise for deep neural networks, arXiv:1712.09482",
        Advice = "Labels of which many are wrong. It learns slowly; start with bce or ce.",
        Example = "mae",
        Defaults = new MaeSettings(),
        Function = static (input, settings) => Compute(input, (MaeSettings)settings),
    };

    /// <summary>Mean over the pixels that count, and over the channels, of |p - t|, p the sigmoid or the softmax of the logits.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Ghosh, Kumar, Sastry 2017, arXiv:1712.09482.</remarks>
    /// <example>Logits (0, ln 3), target (1, 1): (0.5 + 0.25) / 2 = 0.375.</example>
    public static Tensor Compute(LossInput input, MaeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return PixelMean.OfMasked(input, settings.Difference(input).abs(), settings.Reduction);
    }
}
