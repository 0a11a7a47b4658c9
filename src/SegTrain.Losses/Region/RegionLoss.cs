using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What the losses of overlap have in common: (I + a) / (I + f FP + g FN + b), which is Tversky's index.</summary>
internal static class RegionLoss
{
    /// <summary>The mean over the classes of 1 - index, or of -log(index).</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <param name="fpWeight">f, the weight of a false positive.</param>
    /// <param name="fnWeight">g, the weight of a false negative.</param>
    /// <param name="smoothUnit">What smooth is counted in: 1, or 0.5 where the formula as written has twice our terms.</param>
    /// <param name="bend">What is made of the loss of each class before the mean; null for nothing.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Of(
        LossInput input, RegionSettings settings, double fpWeight, double fnWeight, double smoothUnit = 1, Func<Tensor, Tensor>? bend = null)
    {
        var sums = settings.Overlap == Overlap.Min || input.IsHard ? input.Sums : RegionSums.Of(input, Overlap.Product);
        return Of(input, settings, sums, fpWeight, fnWeight, smoothUnit, bend);
    }

    /// <summary>The same of other sums, one for every image and class.</summary>
    internal static Tensor Of(
        LossInput input, ScoreSettings settings, RegionSums sums, double fpWeight, double fnWeight, double smoothUnit,
        Func<Tensor, Tensor>? bend = null)
    {
        if (settings.Reduction == LossReduction.Batch) sums = sums.OverBatch();
        var numerator = Plus(sums.Overlap, smoothUnit * (settings.SmoothNr ?? settings.Smooth));
        var denominator = fpWeight == fnWeight
            ? Times(sums.Prediction.Plus(sums.Target), fpWeight)
            : Times(sums.Prediction, fpWeight).Plus(Times(sums.Target, fnWeight));
        if (fpWeight + fnWeight != 1) denominator = denominator.Plus(sums.Overlap * Num(1 - fpWeight - fnWeight));
        denominator = Plus(denominator, smoothUnit * (settings.SmoothDr ?? settings.Smooth)).clamp_min(Num(settings.Eps));
        var score = numerator / denominator;
        var loss = settings.LogLoss ? -score.clamp_min(Num(settings.Eps)).log() : One - score;
        return Mean(input, settings, sums, bend is null ? loss : bend(loss));
    }

    /// <summary>The mean over the classes and images, (N, C) or (1, C), of a loss that follows from these sums.</summary>
    internal static Tensor Mean(LossInput input, ClassMeanSettings settings, RegionSums sums, Tensor loss) => ClassMean.Of(
        input, Emptied(loss, sums, settings.Empty), sums.Target, settings.Classes, settings.IncludeBackground, settings.ClassWeights);

    private static Tensor Emptied(Tensor loss, RegionSums sums, EmptyClass empty) => empty switch
    {
        EmptyClass.Zero or EmptyClass.Penalize when sums.NoneEmpty => loss,
        EmptyClass.Zero => loss * sums.Target.gt(Zero).to(loss.dtype),
        EmptyClass.Penalize => where(sums.Target.gt(Zero), loss, sums.MeanPrediction),
        _ => sums.Pixels is null ? loss : loss * sums.Pixels.gt(Zero).to(loss.dtype),
    };

    // What changes nothing is left out: on small sums an operator costs its call.
    private static Tensor Plus(Tensor sums, double smooth) => smooth == 0 ? sums : sums + Num(smooth);

    private static Tensor Times(Tensor sums, double weight) => weight == 1 ? sums : sums * Num(weight);
}
