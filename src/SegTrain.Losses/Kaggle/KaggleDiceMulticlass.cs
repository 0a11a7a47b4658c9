using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KaggleDiceMulticlass"/>.</summary>
public sealed record KaggleDiceMulticlassSettings : KaggleSettings
{
    /// <summary>Weights of the classes; default null, none.</summary>
    [LossParameter("weight of each class", Min = 0)]
    public NumberList? Weights { get; init; }

    /// <summary>Whether the weights are the shares of the classes in the target; default false.</summary>
    [LossParameter("weighs each class with its share of the target, in place of weights")]
    public bool SizeAverage { get; init; }

    /// <summary>Whether the weighted scores are divided by the sum of the weights; default true.</summary>
    [LossParameter("divides by the sum of the weights; false is the copied code, which divides by the number of classes")]
    public bool Normalise { get; init; } = true;

    internal override void Check(LossTask task)
    {
        if (Weights is null) return;
        if (SizeAverage) throw new LossException("weights and size_average=true: give one of them");
        ClassMean.CheckWeights(task, ClassWeights.Of(Weights));
    }
}

/// <summary>Dice of each class over the batch, of sigmoids.</summary>
public static class KaggleDiceMulticlass
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kaggle-dice-multiclass",
        Family = LossFamily.Kaggle,
        Summary = "dice of each class over the batch, of sigmoids in place of the softmax",
        Formula = """
            d_c = (2 I_c + smooth) / (P_c + T_c + smooth), the sums over the whole batch, p = sigmoid(x)
            no weights: 1 - mean(d_c); weights: 1 - sum(w d) / sum(w)
            normalise=false: 1 - mean(w_c d_c)
            """,
        Values = "0 to 1; with normalise=false and weights whose sum is 1, from 1 - 1 / C",
        Paper = Flat.Paper,
        Advice = Flat.Use,
        Oddity = new LossOddity(
            "It takes sigmoids where the classes exclude each other, so that no class gains by another losing. As "
            + "copied, its weights sum to 1 and are then averaged (normalise=false): the loss stays above 1 - 1 / "
            + "C.",
            "dice(smooth=1, reduction=batch)"),
        Example = "kaggle-dice-multiclass(weights=[1,2,0.5])",
        Refusals = { [SegmentationMode.Binary] = "one channel has no classes: use kaggle-dice, which is the same there" },
        Defaults = new KaggleDiceMulticlassSettings(),
        Function = static (input, settings) => Compute(input, (KaggleDiceMulticlassSettings)settings),
    };

    /// <summary>
    /// 1 minus the mean of the d_c = (2 I + s) / (P + T + s) of the classes, their sums over all that counts in the batch, p the
    /// sigmoid of the logits. With weights w it is 1 - sum(w d) / sum(w), or, not normalised, 1 - mean(w d).
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>
    /// Two classes, logits (0, 0), class 0: d = (1 + 1)/(0.5 + 1 + 1) = 0.8 and 1/(0.5 + 1) = 0.6667; the loss is 1 - 0.7333 =
    /// 0.2667.
    /// </example>
    public static Tensor Compute(LossInput input, KaggleDiceMulticlassSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (sums, s) = (RegionSums.Of(input, input.Background.sigmoid(), Overlap.Product).OverBatch(), Num(settings.Smooth));
        var sizes = sums.Target;
        var dice = (sums.Overlap * Num(2) + s) / (sums.Prediction.Plus(sizes) + s);
        var weights = settings.SizeAverage ? sizes / sizes.sum().clamp_min(One)
            : settings.Weights is { } numbers ? input.Constant(numbers, -1)
            : null;
        var score = weights is null ? dice.mean()
            : settings.Normalise ? (dice * weights).sum() / PixelMean.OneForZero(weights.sum())
            : (dice * weights).mean();
        return (One - score) * PixelMean.CountedShare(input, LossReduction.Batch);
    }
}
