using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>What the widely copied losses have in common: all images and channels of a batch are one row of probabilities.</summary>
internal static class Flat
{
    internal const string Paper = "none; code that is copied between notebooks";

    internal const string Use = "To reproduce a number. The formula is kept to the letter; see odd and prefer.";

    internal const string OneRow = "the copied code takes one row of sigmoids: use kaggle-dice-multiclass, or the loss that it names to prefer";

    /// <summary>Tversky's index of the row: 1 - (I + s) / (I + a (P - I) + b (T - I) + s).</summary>
    internal static Tensor Tversky(
        LossInput input, double fpWeight, double fnWeight, double smooth, Func<Tensor, Tensor>? bend = null) =>
        Score(input, Sums(input, input.Probabilities), fpWeight, fnWeight, smooth, bend);

    /// <summary>1 - (2 I + s) / (P + T + s).</summary>
    internal static Tensor Dice(LossInput input, double smooth) => Dice(input, Sums(input, input.Probabilities), smooth);

    internal static Tensor Dice(LossInput input, RegionSums sums, double smooth) => Score(input, sums, 0.5, 0.5, smooth / 2);

    /// <summary>The sums of the row (1, 1), of probabilities that are 0 where a pixel is ignored; with squares P = sum(p^2), T = sum(t^2).</summary>
    internal static RegionSums Sums(LossInput input, Tensor p, bool squares = false)
    {
        var sums = RegionSums.Of(input, p, Overlap.Product);
        var prediction = squares ? p.pow(Num(2)).sum(2) : sums.Prediction;
        var target = squares && !input.IsHard ? input.Planes.pow(Num(2)).sum(2) : sums.Target;
        return new(Total(sums.Overlap), Total(prediction), Total(target), sums.Pixels is { } count ? Total(count) : null, p.NumberOfElements);
    }

    // (1, 1), as the sum of one image and class.
    private static Tensor Total(Tensor values) => values.sum([0, 1], keepdim: true);

    /// <summary>The mean cross entropy of the probabilities: where one is rounded to 0 or 1 it is 100 when wrong, without a gradient.</summary>
    internal static Tensor CrossEntropy(LossInput input) => PixelMean.OfMasked(
        input,
        nn.functional.binary_cross_entropy(input.Probabilities, input.Planes, reduction: nn.Reduction.None),
        LossReduction.Batch);

    private static Tensor Score(
        LossInput input, RegionSums sums, double fpWeight, double fnWeight, double smooth, Func<Tensor, Tensor>? bend = null)
    {
        var plain = new TverskySettings { Smooth = smooth, Empty = EmptyClass.Smooth, Eps = 1e-30 };
        return RegionLoss.Of(input, plain, sums, fpWeight, fnWeight, smoothUnit: 1, bend);
    }
}
