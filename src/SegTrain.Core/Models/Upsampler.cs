using SegTrain.Core.Engine.Convolutions;
using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Doubles height and width, halves the channels, and joins what comes through the skip.</summary>
internal sealed class Upsampler
{
    private readonly Upsampling _kind;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    public Upsampler(ParameterSet parameters, string name, int inChannels, int outChannels, Upsampling kind, bool bias)
    {
        _kind = kind;
        _weight = kind == Upsampling.Transposed
            ? parameters.Add($"{name}.weight", [inChannels, outChannels, 2, 2], Parameter.HeNormal(inChannels))
            : parameters.Add($"{name}.weight", [outChannels, inChannels, 1, 1], Parameter.HeNormal(inChannels));
        parameters.Convolutions.Add(new(inChannels, kind == Upsampling.Transposed ? 4 * outChannels : outChannels, Size: 1, Stride: 1));
        _bias = bias ? parameters.Add($"{name}.bias", [outChannels], Parameter.Constant(0)) : null;
    }

    /// <param name="skip">(N, skipChannels, 2H, 2W).</param>
    /// <param name="x">(N, inChannels, H, W).</param>
    /// <returns>(N, skipChannels + outChannels, 2H, 2W).</returns>
    public Tensor Join(Tensor skip, Tensor x)
    {
        using var scope = NewDisposeScope();
        return (_kind == Upsampling.Transposed ? Operators.CatPixelShuffle(skip, Blocks(x)) : cat([skip, Bilinear(x)], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds it to a graph.</summary>
    public string Export(OnnxGraph graph, string skip, string x)
    {
        var (weight, bias) = (graph.Weight(_weight.Name, _weight.Value), _bias is null ? null : graph.Weight(_bias.Name, _bias.Value));
        return graph.Concat(1, skip, _kind == Upsampling.Transposed
            ? graph.ConvTranspose2x2(x, weight, bias)
            : graph.Doubled(graph.Conv(x, weight, bias, size: 1, stride: 1, padding: 0)));
    }

    // A transposed 2x2 convolution of stride 2 writes each output pixel once, so it is a 1x1 convolution to four times the channels
    // whose results are laid out as 2x2 blocks.
    private Tensor Blocks(Tensor x)
    {
        var outChannels = _weight.Shape[1];
        var weight = _weight.In(x.dtype).permute(1, 2, 3, 0).reshape(4 * outChannels, -1, 1, 1);
        var bias = _bias?.In(x.dtype).unsqueeze(1).expand(outChannels, 4).reshape(4 * outChannels);
        return TrustedConvolution.Apply(x, weight, bias, stride: 1);
    }

    // A 1x1 convolution and interpolation commute; in this order it works on a quarter of the pixels.
    private Tensor Bilinear(Tensor x)
    {
        var y = TrustedConvolution.Apply(x, _weight.In(x.dtype), _bias?.In(x.dtype), stride: 1);
        var shape = y.shape;
        return nn.functional.interpolate(y, [2 * shape[2], 2 * shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
