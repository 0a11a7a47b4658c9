using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>ln(1 + e^x), the loss of a logit that is wrong by x.</summary>
internal static class SoftPlus
{
    // Beyond 40 it is x to the last bit of a float64, and e^x is far from overflow in a float32.
    private const double Linear = 40;

    internal static Tensor Of(Tensor x) => nn.functional.softplus(x, 1, Linear);
}
