using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Logits of features: a 1x1 convolution, whose planes are spread over the pixels of each patch.</summary>
internal sealed class Head
{
    private readonly Normalization? _norm;
    private readonly Convolution _logits;
    private readonly int _patch;

    public Head(ParameterSet parameters, string name, int channels, int outputs, ModelShape shape, int patch)
    {
        // A residual block ends with a sum that nobody has normalised or activated yet.
        _norm = shape.Block == Block.Residual ? new Normalization(parameters, $"{name}.norm", channels, shape.Norm) : null;
        _logits = new Convolution(parameters, name, channels, outputs * patch * patch, 1, bias: true);
        _patch = patch;
    }

    /// <param name="features">(N, channels, H, W).</param>
    /// <param name="pass">What for.</param>
    /// <param name="height">Rows without the padding.</param>
    /// <param name="width">Columns without the padding.</param>
    /// <returns>(N, outputs, height, width) of up to patch times the features' size, float32, in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor features, Pass pass, long height, long width)
    {
        using var scope = NewDisposeScope();
        var logits = Patches.Unfold(_logits.Forward(_norm?.ForwardRelu(features, pass) ?? features), _patch);
        return logits.narrow(2, 0, height).narrow(3, 0, width).contiguous().to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what inference does to a graph.</summary>
    /// <returns>(N, outputs, H, W) of patch times the features' size, the padding still there, float32.</returns>
    public string Export(OnnxGraph graph, string features) =>
        Patches.ExportUnfold(graph, graph.ToFloat(_logits.Export(graph, _norm?.ExportRelu(graph, features) ?? features)), _patch);
}
