using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>U-Net (Ronneberger et al. 2015, arXiv:1505.04597): one skip a level, joined by concatenation.</summary>
internal sealed class UNet : IArchitecture
{
    private readonly Encoder _encoder;
    private readonly DecoderStage[] _decoder;

    public UNet(ParameterSet parameters, ModelConfig config, int channels)
    {
        var shape = config.Shape;
        _encoder = new Encoder(parameters, config, channels);
        _decoder = new DecoderStage[shape.Depth];
        for (var level = shape.Depth - 1; level >= 0; level--) _decoder[level] = new DecoderStage(parameters, config, level, skips: 1, $"{level}");
        Channels = [.. Enumerable.Range(0, shape.Depth).Select(shape.Channels)];
    }

    public IReadOnlyList<int> Channels { get; }

    public IReadOnlyList<Tensor> Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var levels = _encoder.Forward(x, pass).ToArray();
        for (var level = _decoder.Length - 1; level >= 0; level--) levels[level] = _decoder[level].Forward(levels[level], levels[level + 1], pass);
        return [.. levels[..^1].Select(static level => level.MoveToOuterDisposeScope())];
    }

    public string Export(OnnxGraph graph, string x)
    {
        var levels = _encoder.Export(graph, x).ToArray();
        for (var level = _decoder.Length - 1; level >= 0; level--) levels[level] = _decoder[level].Export(graph, levels[level], levels[level + 1]);
        return levels[0];
    }
}
