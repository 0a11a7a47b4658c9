using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The cross entropy of each pixel.</summary>
internal static class PixelEntropy
{
    /// <summary>
    /// -ln p_t of each pixel (N, 1, P) in a multiclass task, else of each pixel and channel (N, C, P); the mean over a soft target; 0
    /// where a pixel is ignored.
    /// </summary>
    internal static Tensor Of(LossInput input)
    {
        if (input.Task.Mode != SegmentationMode.Multiclass && input.IsHard) return -input.LogTruth;
        var loss = input.Task.Mode == SegmentationMode.Multiclass
            ? -input.AtTarget(input.LogProbabilities)
            : Bce.TwoSided(input.Logits, input.Planes, 1, 1);
        return input.Valid is null ? loss : loss * input.Valid;
    }

    /// <summary>Such losses as rows to select from: one for each image, or one for the batch; and how many of each row count.</summary>
    internal static (Tensor Rows, Tensor Counts) Rows(LossInput input, Tensor loss, LossReduction reduction)
    {
        var rows = loss.reshape(reduction == LossReduction.Batch ? 1 : loss.shape[0], -1);
        if (input.Valid is not { } valid) return (rows, tensor((double)rows.shape[1], rows.dtype, rows.device));
        return (rows, valid.expand(loss.shape).reshape(rows.shape).sum(1));
    }
}
