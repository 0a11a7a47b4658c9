using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="BceDice"/>; those of the region are the Dice term's.</summary>
public sealed record BceDiceSettings : RegionSettings
{
    /// <summary>Weight of the cross entropy; default 1.</summary>
    [LossParameter("weight of the cross entropy", Min = 0)]
    public double BceWeight { get; init; } = 1;

    /// <summary>Weight of the Dice loss; default 1.</summary>
    [LossParameter("weight of the dice loss", Min = 0)]
    public double DiceWeight { get; init; } = 1;
}

/// <summary>Cross entropy plus the Dice loss.</summary>
public static class BceDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "bce-dice",
        Aliases = ["ce-dice", "dice-bce", "dice-ce"],
        Family = LossFamily.Compound,
        Summary = "cross entropy plus dice: the steadiness of one, the balance of the other",
        Formula = """
            bce-dice = bce_weight * bce + dice_weight * dice; in a multiclass task ce takes the place of bce
            """,
        Values = "0 and up",
        Paper = "Isensee et al. 2018, nnU-Net, arXiv:1809.10486",
        Advice = "The safe first choice for two classes or many. The parameters of the region are dice's; for others of bce or ce write "
            + "the sum yourself, such as bce(pos_weight=3) + dice.",
        Example = "bce-dice(dice_weight=2)",
        Defaults = new BceDiceSettings(),
        Function = static (input, settings) => Compute(input, (BceDiceSettings)settings),
    };

    /// <summary>b times <see cref="Bce"/>, in a multiclass task <see cref="Ce"/>, plus d times <see cref="Dice"/>.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; b is bce_weight, d is dice_weight.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Isensee et al. 2018, arXiv:1809.10486. The cross entropy is the mean over the batch, whatever the reduction of the Dice term.
    /// </remarks>
    /// <example>Logits (0, 0), target (1, 0): ln 2 + 0.5 = 1.1931.</example>
    public static Tensor Compute(LossInput input, BceDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var entropy = input.Task.Mode == SegmentationMode.Multiclass
            ? Ce.Compute(input, new CeSettings())
            : Bce.Compute(input, new BceSettings());
        return (entropy * Num(settings.BceWeight)).Plus(RegionLoss.Of(input, settings, 0.5, 0.5, smoothUnit: 0.5) * Num(settings.DiceWeight));
    }
}
