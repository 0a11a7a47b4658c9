using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Mcc"/>.</summary>
public sealed record MccSettings : ClassMeanSettings
{
    /// <summary>Added to each of the four counts; default 0.</summary>
    [LossParameter("number of pixels added to each of the four counts", Min = 0)]
    public double Smooth { get; init; }
}

/// <summary>One minus Matthews' correlation of the probabilities and the target.</summary>
public static class Mcc
{
    // Of the product of two counts: a class that is nowhere or everywhere has no correlation.
    private const double LeastProduct = 1e-12;

    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "mcc",
        Aliases = ["matthews"],
        Family = LossFamily.Region,
        Summary = "one minus Matthews' correlation, which counts true negatives too",
        Formula = """
            mcc = mean over classes of 1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))
            TP = sum(p t), FP = sum(p) - TP, FN = sum(t) - TP, TN the rest, each plus smooth
            """,
        Values = "0 to 2; 1 for a prediction that knows nothing",
        Paper = "Abhishek, Hamarneh 2020, Matthews correlation coefficient loss for deep convolutional networks, arXiv:2010.13454",
        Advice = "When background counts as much as foreground, whichever is smaller. Steadier with bce or ce beside it.",
        Example = "0.5*bce + 0.5*mcc",
        Defaults = new MccSettings(),
        Function = static (input, settings) => Compute(input, (MccSettings)settings),
    };

    /// <summary>
    /// 1 - (TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN)) for each class against the rest, over the pixels of an image
    /// or of the batch that count; then the mean over the classes, then over the images. With empty=penalize a class that fills the target
    /// costs one minus its mean probability.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 2 (all wrong).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Abhishek, Hamarneh 2020, arXiv:2010.13454.</remarks>
    /// <example>
    /// Logits (ln 3, -ln 3), target (1, 0): TP = TN = 0.75, FP = FN = 0.25, and the loss is 1 - (0.5625 - 0.0625)/1 = 0.5.
    /// </example>
    public static Tensor Compute(LossInput input, MccSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var sums = settings.Reduction == LossReduction.Batch ? input.Sums.OverBatch() : input.Sums;
        var (s, outside) = (Num(settings.Smooth), sums.PixelCount - sums.Target);
        var falsePositives = sums.NoneFull ? sums.Prediction - sums.Overlap : Outside(input, settings.Reduction);
        var (tp, tn, fp, fn) = (sums.Overlap + s, outside - falsePositives + s, falsePositives + s, sums.Target - sums.Overlap + s);
        var loss = One - (tp * tn - fp * fn) / (Root(tp.Plus(fp) * tp.Plus(fn)) * Root(tn.Plus(fp) * tn.Plus(fn)));
        if (settings.Empty == EmptyClass.Penalize && !sums.NoneFull) loss = where(outside.gt(Zero), loss, One - sums.MeanPrediction);
        return RegionLoss.Mean(input, settings, sums, loss);
    }

    // Not P - I: where the target is full, all of the gradient would cancel.
    private static Tensor Outside(LossInput input, LossReduction reduction)
    {
        var sums = RegionSums.Predicted(input, (input.Probabilities - input.Planes).relu());
        return reduction == LossReduction.Batch ? sums.sum(0, keepdim: true) : sums;
    }

    private static Tensor Root(Tensor product) => product.clamp_min(Num(LeastProduct)).sqrt();
}
