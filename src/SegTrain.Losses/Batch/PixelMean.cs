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
        if (input.Valid is null) return loss.mean();
        var count = input.ValidCount.sum(1) * (loss.shape[1] / input.ValidCount.shape[1]);
        if (reduction == LossReduction.Batch) return loss.sum() / count.sum().clamp_min(1);
        return (loss.sum([1, 2]) / count.clamp_min(1)).mean();
    }

    /// <summary>sum(a) / sum(b) over the pixels that count; 0, with zero gradient, where b has no weight.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="a">(N, 1, P), finite everywhere.</param>
    /// <param name="b">(N, 1, P), 0 and up.</param>
    /// <param name="reduction">One ratio over the batch, or the mean of the images' ratios.</param>
    /// <returns>A scalar.</returns>
    internal static Tensor Ratio(LossInput input, Tensor a, Tensor b, LossReduction reduction)
    {
        var over = Axes(reduction);
        if (input.Valid is { } valid) (a, b) = (a * valid, b * valid);
        return (a.sum(over) / OneForZero(b.sum(over))).mean();
    }

    /// <summary>A divisor whose zeros are ones.</summary>
    internal static Tensor OneForZero(Tensor divisor) => divisor + divisor.eq(0).to(divisor.dtype);

    private static long[] Axes(LossReduction reduction) => reduction == LossReduction.Batch ? [0, 1, 2] : [1, 2];
}
