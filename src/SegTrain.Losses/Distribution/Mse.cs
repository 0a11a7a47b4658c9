using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Mse"/>.</summary>
public sealed record MseSettings : DifferenceSettings;

/// <summary>Mean of the squared difference of probabilities and target.</summary>
public static class Mse
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "mse",
        Aliases = ["brier", "l2"],
        Family = LossFamily.Distribution,
        Summary = "mean squared difference of probabilities and target: Brier's score",
        Formula = """
            mse = mean over pixels and channels of (p - t)^2
            """,
        Values = "0 to 1 (0 and up with from_logits=false)",
        Paper = "Brier 1950, Verification of forecasts expressed in terms of probability, Mon. Weather Rev. 78",
        Advice = "Noisy labels: a wrong label costs 1 at most. Its gradient fades where a prediction is wrong without doubt; start with bce "
            + "or ce.",
        Example = "mse",
        Defaults = new MseSettings(),
        Function = static (input, settings) => Compute(input, (MseSettings)settings),
    };

    /// <summary>Mean over the pixels that count, and over the channels, of (p - t)^2, p the sigmoid or the softmax of the logits.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Brier 1950 adds up the classes; here it is their mean.</remarks>
    /// <example>Logits (0, ln 3), target (1, 1): (0.25 + 0.0625) / 2 = 0.1563.</example>
    public static Tensor Compute(LossInput input, MseSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (p, t) = (settings.Prediction(input), input.Planes);
        return input.Valid is null
            ? nn.functional.mse_loss(p, t)
            : PixelMean.Of(input, nn.functional.mse_loss(p, t, nn.Reduction.None), settings.Reduction);
    }
}
