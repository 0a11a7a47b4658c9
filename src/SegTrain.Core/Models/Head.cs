using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Logits of features: a 1x1 convolution.</summary>
internal sealed class Head
{
    private readonly Normalization? _norm;
    private readonly Convolution _logits;

    public Head(ParameterSet parameters, string name, int channels, int outputs, ModelShape shape)
    {
        // A residual block ends with a sum that nobody has normalised or activated yet.
        _norm = shape.Block == Block.Residual ? new Normalization(parameters, $"{name}.norm", channels, shape.Norm) : null;
        _logits = new Convolution(parameters, name, channels, outputs, 1, bias: true);
    }

    /// <param name="features">(N, channels, H, W).</param>
    /// <param name="training">Whether batch statistics are used and followed.</param>
    /// <param name="height">Rows without the padding.</param>
    /// <param name="width">Columns without the padding.</param>
    /// <returns>(N, outputs, height, width), float32, in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor features, bool training, long height, long width)
    {
        using var scope = NewDisposeScope();
        var logits = _logits.Forward(_norm?.ForwardRelu(features, training) ?? features);
        return logits.narrow(2, 0, height).narrow(3, 0, width).contiguous().to(float32).MoveToOuterDisposeScope();
    }
}
