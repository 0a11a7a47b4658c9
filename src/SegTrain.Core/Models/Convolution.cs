using SegTrain.Core.Engine.Convolutions;
using SegTrain.Core.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>A convolution of an odd size that keeps height and width, or one whose stride is its size, which divides them.</summary>
internal sealed class Convolution
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly int _stride;

    public Convolution(ParameterSet parameters, string name, int inChannels, int outChannels, int size, bool bias, int stride = 1)
    {
        _weight = parameters.Add($"{name}.weight", [outChannels, inChannels, size, size], Parameter.HeNormal((long)inChannels * size * size));
        _bias = bias ? parameters.Add($"{name}.bias", [outChannels], Parameter.Constant(0)) : null;
        parameters.Convolutions.Add(new(inChannels, outChannels, size, stride));
        _stride = stride;
    }

    /// <param name="x">(N, inChannels, H, W).</param>
    /// <returns>(N, outChannels, H / stride, W / stride), in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x) => Apply(x, _weight.In(x.dtype), _bias?.In(x.dtype), relu: false);

    /// <summary>relu(scale * convolution + shift) of a convolution without a bias; the factor is that of the weights, so that no walk through memory is its own.</summary>
    /// <param name="x">(N, inChannels, H, W).</param>
    /// <param name="scale">(outChannels), float32.</param>
    /// <param name="shift">(outChannels), float32.</param>
    /// <returns>(N, outChannels, H / stride, W / stride), in the caller's dispose scope.</returns>
    public Tensor ForwardRelu(Tensor x, Tensor scale, Tensor shift) =>
        Apply(x, Scaled(scale).to(x.dtype), shift.to(x.dtype), relu: true);

    /// <summary>Adds it to a graph.</summary>
    public string Export(OnnxGraph graph, string x) => Export(graph, x, _weight.Value, _bias?.Value, _bias?.Name);

    /// <summary>Adds scale * convolution + shift of a convolution without a bias to a graph, as one convolution.</summary>
    /// <param name="graph">Takes the node.</param>
    /// <param name="x">(N, inChannels, H, W).</param>
    /// <param name="scale">(outChannels).</param>
    /// <param name="shift">(outChannels).</param>
    public string Export(OnnxGraph graph, string x, Tensor scale, Tensor shift) => Export(graph, x, Scaled(scale), shift, $"{_weight.Name}.shift");

    private string Export(OnnxGraph graph, string x, Tensor weight, Tensor? bias, string? biasName)
    {
        var size = (int)_weight.Shape[2];
        return graph.Conv(x, graph.Weight(_weight.Name, weight), bias is null ? null : graph.Weight(biasName!, bias), size, _stride, ConvolutionShape.PaddingOf(size, _stride));
    }

    private Tensor Scaled(Tensor scale) => _weight.Value * scale.reshape(-1, 1, 1, 1);

    private Tensor Apply(Tensor x, Tensor weight, Tensor? bias, bool relu) => TrustedConvolution.Apply(Arranged(x), weight, bias, _stride, relu);

    // Tensor cores take 16-bit images channels last.
    private static Tensor Arranged(Tensor x) => x.device_type == DeviceType.CUDA && x.dtype != float32
        ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
        : x;
}
