using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="DiceTopk"/>; those of the region are the Dice term's.</summary>
public sealed record DiceTopkSettings : RegionSettings
{
    /// <summary>Weight of the Dice loss; default 1.</summary>
    [LossParameter("weight of the dice loss", Min = 0)]
    public double DiceWeight { get; init; } = 1;

    /// <summary>Weight of the cross entropy; default 1.</summary>
    [LossParameter("weight of the cross entropy", Min = 0)]
    public double CeWeight { get; init; } = 1;

    /// <summary>Percent of the pixels that are kept in the cross entropy; default 10.</summary>
    [LossParameter("percent of all pixels that are kept in the cross entropy", Min = 0, AboveMin = true, Max = 100)]
    public double K { get; init; } = 10;
}

/// <summary>The Dice loss plus the cross entropy of the worst pixels.</summary>
public static class DiceTopk
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "dice-topk",
        Aliases = ["topk-dice"],
        Family = LossFamily.Compound,
        Summary = "dice plus the cross entropy of the worst k percent of the pixels",
        Formula = """
            dice-topk = dice_weight * dice + ce_weight * topk-ce
            """,
        Values = "0 and up",
        Paper = "Ma et al. 2021, Loss odyssey in medical image segmentation, Med. Image Anal. 71",
        Advice = "In place of bce-dice when most pixels are easy. The parameters of the region are dice's.",
        Example = "dice-topk(k=20)",
        Defaults = new DiceTopkSettings(),
        Function = static (input, settings) => Compute(input, (DiceTopkSettings)settings),
    };

    /// <summary>d times <see cref="Dice"/> plus c times <see cref="TopkCe"/>.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; d is dice_weight, c is ce_weight.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>The worst pixels are those of each image, or of the batch with the reduction batch.</remarks>
    /// <example>Logits (0, 0), target (1, 0), k = 50: 0.5 + ln 2 = 1.1931.</example>
    public static Tensor Compute(LossInput input, DiceTopkSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return (RegionLoss.Of(input, settings, 0.5, 0.5, smoothUnit: 0.5) * Num(settings.DiceWeight))
            .Plus(TopkCe.Of(input, settings.K, settings.Reduction) * Num(settings.CeWeight));
    }
}
