using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What dice, iou and tversky have in common: (I + a) / (I + f FP + g FN + b), which is Tversky's index.</summary>
internal static class RegionLoss
{
    /// <summary>The mean over the classes of 1 - index, or of -log(index).</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <param name="fpWeight">f, the weight of a false positive.</param>
    /// <param name="fnWeight">g, the weight of a false negative.</param>
    /// <param name="smoothUnit">What smooth is counted in: 1, or 0.5 where the formula as written has twice our terms.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Of(LossInput input, RegionSettings settings, double fpWeight, double fnWeight, double smoothUnit = 1)
    {
        var sums = settings.Overlap == Overlap.Min || input.IsHard ? input.Sums : RegionSums.Of(input, Overlap.Product);
        if (settings.Reduction == LossReduction.Batch) sums = sums.OverBatch();
        var numerator = Plus(sums.Overlap, smoothUnit * (settings.SmoothNr ?? settings.Smooth));
        var denominator = sums.Prediction * fpWeight + sums.Target * fnWeight;
        if (fpWeight + fnWeight != 1) denominator = denominator + sums.Overlap * (1 - fpWeight - fnWeight);
        denominator = Plus(denominator, smoothUnit * (settings.SmoothDr ?? settings.Smooth)).clamp_min(settings.Eps);
        var score = numerator / denominator;
        var loss = settings.LogLoss ? -score.clamp_min(settings.Eps).log() : 1.0 - score;
        return ClassMean.Of(
            input, Emptied(loss, sums, settings.Empty), sums.Target.gt(0), settings.Classes, settings.IncludeBackground, settings.ClassWeights);
    }

    private static Tensor Emptied(Tensor loss, RegionSums sums, EmptyClass empty) => empty switch
    {
        EmptyClass.Zero => loss * sums.Target.gt(0).to(loss.dtype),
        EmptyClass.Penalize => where(sums.Target.gt(0), loss, sums.Prediction / sums.Pixels.clamp_min(1)),
        _ => loss * sums.Pixels.gt(0).to(loss.dtype),
    };

    private static Tensor Plus(Tensor sums, double smooth) => smooth == 0 ? sums : sums + smooth;
}
