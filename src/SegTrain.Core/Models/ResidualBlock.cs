using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// shortcut(x) + two times normalisation, ReLU, 3x3 convolution: the full pre-activation of He et al. 2016, Identity mappings in deep
/// residual networks, arXiv:1603.05027, in which every normalisation has its ReLU behind it. The shortcut is a 1x1 convolution, since
/// every block of a U-Net changes the number of channels.
/// </summary>
internal sealed class ResidualBlock : IBlock
{
    private readonly Half _first;
    private readonly Half _second;
    private readonly Convolution _shortcut;

    public ResidualBlock(ParameterSet parameters, string name, int inChannels, int outChannels, Norm norm)
    {
        _first = new Half(parameters, name, 1, inChannels, outChannels, norm);
        _second = new Half(parameters, name, 2, outChannels, outChannels, norm);
        _shortcut = new Convolution(parameters, $"{name}.shortcut", inChannels, outChannels, 1, bias: false);
    }

    public Tensor Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var change = _second.Forward(_first.Forward(x, pass), pass);
        return change.Plus_(_shortcut.Forward(x)).MoveToOuterDisposeScope();
    }

    public string Export(OnnxGraph graph, string x) => graph.Add(_second.Export(graph, _first.Export(graph, x)), _shortcut.Export(graph, x));

    private sealed class Half(ParameterSet parameters, string name, int index, int inChannels, int outChannels, Norm norm)
    {
        private readonly Normalization _norm = new(parameters, $"{name}.norm{index}", inChannels, norm);

        // The next normalisation, of this block or of what follows it, subtracts any bias again.
        private readonly Convolution _convolution = new(parameters, $"{name}.conv{index}", inChannels, outChannels, 3, bias: norm == Norm.None);

        public Tensor Forward(Tensor x, Pass pass) => _convolution.Forward(_norm.ForwardRelu(x, pass));

        public string Export(OnnxGraph graph, string x) => _convolution.Export(graph, _norm.ExportRelu(graph, x));
    }
}
