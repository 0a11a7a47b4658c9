using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The mean of a loss over the pixels that count.</summary>
internal static class PixelMean
{
    /// <summary>The mean over the pixels that count; 0, with zero gradient, where none does.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="loss">The loss of each pixel (N, 1, P) or (N, C, P), finite everywhere.</param>
    /// <param name="reduction">One mean over the batch, or the mean of the images' means.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Of(LossInput input, Tensor loss, LossReduction reduction) =>
        OfMasked(input, input.Valid is null ? loss : loss * input.Valid, reduction);

    /// <summary>The same of a loss that is 0 already where a pixel is ignored.</summary>
    internal static Tensor OfMasked(LossInput input, Tensor loss, LossReduction reduction)
    {
        if (input.ValidCount is not { } valid) return loss.mean();
        var count = valid.sum(1) * Num(loss.shape[1] / valid.shape[1]);
        if (reduction == LossReduction.Batch) return loss.sum() / count.sum().clamp_min(One);
        return (loss.sum([1, 2]) / count.clamp_min(One)).mean();
    }

    /// <summary>sum(a) / sum(b) over the pixels that count; 0, with zero gradient, where b has no weight.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="a">(N, 1, P) or (N, C, P), finite everywhere.</param>
    /// <param name="b">(N, 1, P) or (N, C, P), 0 and up.</param>
    /// <param name="reduction">One ratio over the batch, or the mean of the images' ratios.</param>
    /// <param name="least">Smallest divisor; 0 for any but 0.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Ratio(LossInput input, Tensor a, Tensor b, LossReduction reduction, double least = 0)
    {
        var over = Axes(reduction);
        if (input.Valid is { } valid) (a, b) = (a * valid, b * valid);
        var weight = b.sum(over);
        return (a.sum(over) / (least > 0 ? weight.clamp_min(Num(least)) : OneForZero(weight))).mean();
    }

    /// <summary>1, or the share of the images, or of the batch as one, that have a pixel that counts.</summary>
    internal static Tensor CountedShare(LossInput input, LossReduction reduction)
    {
        if (input.ValidCount is not { } count) return ones([], input.Logits.dtype, input.Logits.device);
        // A plain 0 would be taken for the type of the sum, a byte.
        var pixels = reduction == LossReduction.Batch ? count.sum(0L) : count;
        return pixels.gt(Zero).to(count.dtype).mean();
    }

    /// <summary>A divisor whose zeros are ones.</summary>
    internal static Tensor OneForZero(Tensor divisor) => divisor.Plus(divisor.eq(Zero).to(divisor.dtype));

    private static long[] Axes(LossReduction reduction) => reduction == LossReduction.Batch ? [0, 1, 2] : [1, 2];
}
