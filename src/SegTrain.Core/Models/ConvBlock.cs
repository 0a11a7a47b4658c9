using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Two times 3x3 convolution, normalisation, ReLU.</summary>
internal sealed class ConvBlock : IBlock
{
    private readonly Half _first;
    private readonly Half _second;

    public ConvBlock(ParameterSet parameters, string name, int inChannels, int outChannels, Norm norm)
    {
        _first = new Half(parameters, name, 1, inChannels, outChannels, norm);
        _second = new Half(parameters, name, 2, outChannels, outChannels, norm);
    }

    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        return _second.Forward(_first.Forward(x, pass), pass).MoveToOuterDisposeScope();
    }

    public string Export(OnnxGraph graph, string x) => _second.Export(graph, _first.Export(graph, x));

    private sealed class Half(ParameterSet parameters, string name, int index, int inChannels, int outChannels, Norm norm)
    {
        // A normalisation that follows subtracts any bias again.
        private readonly Convolution _convolution = new(parameters, $"{name}.conv{index}", inChannels, outChannels, 3, bias: norm == Norm.None);

        private readonly Normalization _norm = new(parameters, $"{name}.norm{index}", outChannels, norm);

        public Tensor Forward(Tensor x, Pass pass) => !pass.Training && _norm.Known() is var (scale, shift)
            ? _convolution.ForwardRelu(x, scale, shift)
            : _norm.ForwardRelu(_convolution.Forward(x), pass);

        public string Export(OnnxGraph graph, string x) => _norm.Known() is var (scale, shift)
            ? graph.Relu(_convolution.Export(graph, x, scale, shift))
            : _norm.ExportRelu(graph, _convolution.Export(graph, x));
    }
}
