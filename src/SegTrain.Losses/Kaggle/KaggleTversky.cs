using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleTversky"/>.</summary>
public sealed record KaggleTverskySettings : KaggleSettings
{
    /// <summary>Weight of the false positives; default 0.5.</summary>
    [LossParameter("weight of the false positives", Min = 0)]
    public double Alpha { get; init; } = 0.5;

    /// <summary>Weight of the false negatives; default 0.5.</summary>
    [LossParameter("weight of the false negatives", Min = 0)]
    public double Beta { get; init; } = 0.5;
}

/// <summary>Tversky of all images and channels as one.</summary>
public static class KaggleTversky
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-tversky",
        Family = LossFamily.Kaggle,
        Summary = "tversky of all images and channels as one, with smooth = 1",
        Formula = """
            1 - (TP + smooth) / (TP + alpha FP + beta FN + smooth), the sums over the whole batch
            """,
        Values = "0 to 1",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "It is one score for the whole batch. With the defaults, said to make it dice, it is dice with smooth "
            + "= 2.",
            "tversky(alpha=0.3, beta=0.7, smooth=1)"),
        Example = "kaggle-tversky(alpha=0.3, beta=0.7)",
        Refusals = { [SegmentationMode.Multiclass] = Flat.OneRow },
        Defaults = new KaggleTverskySettings(),
        Function = static (input, settings) => Compute(input, (KaggleTverskySettings)settings),
    };

    /// <summary>1 - (TP + s) / (TP + a FP + b FN + s), the sums over all that counts in the batch, a is alpha and b is beta.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0), target (1, 0): 1 - (0.5 + 1)/(0.5 + 0.25 + 0.25 + 1) = 0.25.</example>
    public static Tensor Compute(LossInput input, KaggleTverskySettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Flat.Tversky(input, settings.Alpha, settings.Beta, settings.Smooth);
    }
}
