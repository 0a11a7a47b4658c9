using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleLovasz"/>.</summary>
public sealed record KaggleLovaszSettings : LossSettings;

/// <summary>The hinge of Lovasz fed with probabilities.</summary>
public static class KaggleLovasz
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-lovasz",
        Family = LossFamily.Kaggle,
        Summary = "lovasz hinge fed with probabilities in place of logits",
        Formula = """
            sum over i of e(i) (J(i) - J(i-1)) over the whole batch, errors e sorted falling
            e = 1 + p outside and 1 - p inside, p = sigmoid(x)
            """,
        Values = "0 to 2",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "The hinge wants logits. Of probabilities every pixel outside has an error of 1 or more: a perfect "
            + "prediction costs the share of the pixels outside, never 0.",
            "lovasz"),
        Example = "kaggle-lovasz",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        IsZeroWhenPerfect = false,
        Defaults = new KaggleLovaszSettings(),
        Function = static (input, settings) => Compute(input, (KaggleLovaszSettings)settings),
    };

    /// <summary>
    /// The errors 1 + p outside and 1 - p inside, p the sigmoid of the logits, sorted falling over all that counts in the batch,
    /// against the steps of 1 - IoU.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 2.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): errors 0.5 and 1.5; 1.5 * 1/2 + 0.5 * 1/2 = 1.</example>
    public static Tensor Compute(LossInput input, KaggleLovaszSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var inside = input.HardPlanes;
        var errors = ((One - inside * Num(2)) * input.Probabilities + One).relu();
        if (input.Valid is { } valid) errors = errors * valid;
        errors = errors.reshape(1, 1, -1);
        return (errors * LovaszSteps.Of(errors.detach(), inside.reshape(1, 1, -1), LossReduction.Image).Steps).sum();
    }
}
