using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="DiceClDice"/>; smooth is that of both terms.</summary>
public sealed record DiceClDiceSettings : ClDiceSettings
{
    /// <summary>Share of <see cref="ClDice"/>, 1 - alpha that of <see cref="Dice"/>; default 0.5.</summary>
    [LossParameter("share of cldice; 1 - alpha is that of dice", Min = 0, Max = 1)]
    public double Alpha { get; init; } = 0.5;
}

/// <summary>The overlap of regions and that of their centre lines.</summary>
public static class DiceClDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "dice-cldice",
        Family = LossFamily.Compound,
        Summary = "dice plus cldice: regions of the right width that stay connected",
        Formula = """
            dice-cldice = (1 - alpha) * dice + alpha * cldice
            """,
        Values = "0 to 1",
        Paper = "Shit et al. 2021, clDice, a novel topology-preserving loss function for tubular structure segmentation, arXiv:2003.07311",
        Advice = "Vessels, roads, membranes. The paper keeps alpha between 0 and 0.5.",
        Example = "dice-cldice(alpha=0.3, iterations=5)",
        Defaults = new DiceClDiceSettings(),
        Function = static (input, settings) => Compute(input, (DiceClDiceSettings)settings),
    };

    /// <summary>1 - a times <see cref="Dice"/> plus a times <see cref="ClDice"/>.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; a is alpha.</param>
    /// <returns>A scalar, 0 (p = t) to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Shit et al. 2021, arXiv:2003.07311.</remarks>
    /// <example>
    /// Binary logits (0, 0), target (1, 0): dice is 1 - (1 + 1) / (2 + 1) = 1/3, cldice 1/7, and the loss is their mean 0.2381.
    /// </example>
    public static Tensor Compute(LossInput input, DiceClDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var dice = new DiceSettings
        {
            Smooth = settings.Smooth,
            Reduction = settings.Reduction,
            Empty = EmptyClass.Smooth,
            Overlap = Overlap.Product,
            Classes = settings.Classes,
            IncludeBackground = settings.IncludeBackground,
            ClassWeights = settings.ClassWeights,
        };
        return (Dice.Compute(input, dice) * Num(1 - settings.Alpha)).Plus(ClDice.Compute(input, settings) * Num(settings.Alpha));
    }
}
