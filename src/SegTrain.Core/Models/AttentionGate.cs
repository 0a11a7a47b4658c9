using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// The additive attention gate of Oktay et al. 2018, Attention U-Net, arXiv:1804.03999:
/// skip up(sigmoid(psi relu(skip W_x + gate W_g + b_g) + b_psi)), the sum being taken in the coarser resolution and of half the skip's
/// channels, and up being bilinear.
/// </summary>
internal sealed class AttentionGate
{
    private readonly Convolution _skip;
    private readonly Convolution _gate;
    private readonly Convolution _weight;

    public AttentionGate(ParameterSet parameters, string name, int skipChannels, int gateChannels)
    {
        var between = Math.Max(1, skipChannels / 2);
        _skip = new Convolution(parameters, $"{name}.skip", skipChannels, between, 2, bias: false, stride: 2);
        _gate = new Convolution(parameters, $"{name}.gate", gateChannels, between, 1, bias: true);
        _weight = new Convolution(parameters, $"{name}.psi", between, 1, 1, bias: true);
    }

    /// <param name="skip">(N, skipChannels, 2H, 2W).</param>
    /// <param name="gate">(N, gateChannels, H, W): the level below.</param>
    /// <returns>The skip, each pixel times a number from 0 to 1, in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor skip, Tensor gate)
    {
        using var scope = NewDisposeScope();
        var weight = _weight.Forward(_skip.Forward(skip).Plus_(_gate.Forward(gate)).relu_()).sigmoid();
        var full = nn.functional.interpolate(weight, skip.shape[2..], mode: InterpolationMode.Bilinear, align_corners: false);
        return (skip * full).MoveToOuterDisposeScope();
    }

    /// <summary>Adds it to a graph; values as for <see cref="Forward"/>.</summary>
    public string Export(OnnxGraph graph, string skip, string gate)
    {
        var sum = graph.Relu(graph.Add(_skip.Export(graph, skip), _gate.Export(graph, gate)));
        return graph.Mul(skip, graph.Doubled(graph.Sigmoid(_weight.Export(graph, sum))));
    }
}
