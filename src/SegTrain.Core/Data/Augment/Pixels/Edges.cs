using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

internal static class Edges
{
    /// <summary>Longer along a dimension: what is first and last there is repeated outwards.</summary>
    public static Tensor Repeat(Tensor x, long dimension, long before, long after)
    {
        var length = x.shape[dimension];
        using var last = Passing(length - 1);
        return x.index_select(dimension, (Range(before + length + after, int64, x.device) - Num(before)).clamp(Zero, last));
    }
}
