using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleDiceSquared"/>.</summary>
public sealed record KaggleDiceSquaredSettings : KaggleSettings;

/// <summary>Dice with squares in the denominator, of all images and channels as one.</summary>
public static class KaggleDiceSquared
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-dice-squared",
        Family = LossFamily.Kaggle,
        Summary = "dice with squares in the denominator, of all images and channels as one",
        Formula = """
            1 - (2 sum(p t) + smooth) / (sum(p^2) + sum(t^2) + smooth), the sums over the whole batch
            """,
        Values = "0 to 1",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "It is one score for the whole batch. The value that is printed beside the code in circulation is "
            + "that of the linear denominator.",
            "dice-squared(smooth=1)"),
        Example = "kaggle-dice-squared",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleDiceSquaredSettings(),
        Function = static (input, settings) => Compute(input, (KaggleDiceSquaredSettings)settings),
    };

    /// <summary>1 - (2 sum(p t) + s) / (sum(p^2) + sum(t^2) + s), the sums over all that counts in the batch, p the sigmoid of the logits.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): 1 - (1 + 1)/(0.5 + 1 + 1) = 0.2.</example>
    public static Tensor Compute(LossInput input, KaggleDiceSquaredSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.Dice(input, Flat.Sums(input, input.Probabilities, squares: true), settings.Smooth);
    }
}
