using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="DiceFocal"/>; those of the region are the Dice term's.</summary>
public sealed record DiceFocalSettings : RegionSettings
{
    /// <summary>Weight of the Dice loss; default 1.</summary>
    [LossParameter("weight of the dice loss", Min = 0)]
    public double DiceWeight { get; init; } = 1;

    /// <summary>Weight of the focal loss; default 1.</summary>
    [LossParameter("weight of the focal loss", Min = 0)]
    public double FocalWeight { get; init; } = 1;

    /// <summary>Exponent of the modulator of the focal loss; default 2.</summary>
    [LossParameter("exponent of 1 - p_t in the focal loss", Min = 0)]
    public double Gamma { get; init; } = 2;

    /// <summary>Weight of the positives in the focal loss; default null, no weights.</summary>
    [LossParameter("weight of the positives in the focal loss, 1 - alpha that of the negatives; none for no weights", Min = 0, Max = 1)]
    public double? Alpha { get; init; }

    /// <summary>What the probabilities of the focal loss of a multiclass task are; default softmax.</summary>
    [LossParameter("probabilities of the focal loss of a multiclass task: one softmax, or each class against the rest (ovr)")]
    public FocalMode Mode { get; init; }

    internal FocalSettings Focal => new() { Gamma = Gamma, Alpha = Alpha, Mode = Mode };

    internal override void Check(LossTask task)
    {
        base.Check(task);
        Focal.Check(task);
    }
}

/// <summary>The Dice loss plus the focal loss.</summary>
public static class DiceFocal
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "dice-focal",
        Aliases = ["focal-dice"],
        Family = LossFamily.Compound,
        Summary = "dice plus focal: the balance of one, the eye for hard pixels of the other",
        Formula = """
            dice-focal = dice_weight * dice + focal_weight * focal
            """,
        Values = "0 and up",
        Paper = "Zhu et al. 2018, AnatomyNet, arXiv:1808.05238",
        Advice = "Small regions in large images, where bce-dice is ruled by easy background. The parameters of the region are dice's.",
        Example = "dice-focal(gamma=2)",
        Defaults = new DiceFocalSettings(),
        Function = static (input, settings) => Compute(input, (DiceFocalSettings)settings),
    };

    /// <summary>d times <see cref="Dice"/> plus f times <see cref="Focal"/>.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; d is dice_weight, f is focal_weight.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>
    /// Zhu et al. 2018, arXiv:1808.05238. The focal loss is the mean over the batch, whatever the reduction of the Dice term.
    /// </remarks>
    /// <example>Logits (0, 0), target (1, 0): 0.5 + 0.25 ln 2 = 0.6733.</example>
    public static Tensor Compute(LossInput input, DiceFocalSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return (RegionLoss.Of(input, settings, 0.5, 0.5, smoothUnit: 0.5) * Num(settings.DiceWeight))
            .Plus(Focal.Compute(input, settings.Focal) * Num(settings.FocalWeight));
    }
}
