using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The parameters of the losses of the plain difference of prediction and target.</summary>
public abstract record DifferenceSettings : PixelSettings
{
    /// <summary>Whether the prediction is the sigmoid or softmax of the output; false for the output itself; default true.</summary>
    [LossParameter("whether the prediction is the sigmoid or softmax of the output; false for the output itself, as in regression")]
    public bool FromLogits { get; init; } = true;

    /// <summary>p (N, C, P).</summary>
    internal Tensor Prediction(LossInput input) => FromLogits ? input.Probabilities : input.Logits;

    /// <summary>p - t (N, C, P), 0 where a pixel is ignored.</summary>
    internal Tensor Difference(LossInput input)
    {
        var difference = Prediction(input) - input.Planes;
        return input.Valid is null ? difference : difference * input.Valid;
    }
}
