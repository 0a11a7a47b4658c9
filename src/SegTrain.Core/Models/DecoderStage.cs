using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>One step of the expanding path: what comes from the level below is doubled in size, joined with the skip and worked through.</summary>
internal sealed class DecoderStage
{
    private readonly Upsampler _up;
    private readonly IBlock _block;
    private readonly AttentionGate? _attention;
    private readonly ChannelDropout _dropout;

    /// <param name="parameters">Where its numbers are.</param>
    /// <param name="config">What it consists of.</param>
    /// <param name="level">Its level, 0 being full resolution.</param>
    /// <param name="skips">How many tensors of the level's channels come through the skip.</param>
    /// <param name="place">The end of the names of its parameters.</param>
    public DecoderStage(ParameterSet parameters, ModelConfig config, int level, int skips, string place)
    {
        var shape = config.Shape;
        var (channels, below) = (shape.Channels(level), shape.Channels(level + 1));
        // A residual block begins with a normalisation, which subtracts any bias again.
        _up = new Upsampler(parameters, $"up.{place}", below, channels, config.Up, bias: shape.Block == Block.Plain || shape.Norm == Norm.None);
        _block = IBlock.Make(shape.Block, parameters, $"decoder.{place}", (skips + 1) * channels, channels, shape.Norm);
        _attention = config.Attention ? new AttentionGate(parameters, $"attention.{place}", skips * channels, below) : null;
        // Dropout below full resolution: it is the coarse features that a net remembers its images by, and at full resolution it is dear.
        _dropout = new ChannelDropout(level > 0 ? config.Dropout : 0, layer: level + (skips << 8));
    }

    /// <param name="skip">(N, skips C, 2H, 2W).</param>
    /// <param name="below">(N, 2C, H, W).</param>
    /// <param name="pass">What it is for.</param>
    /// <returns>(N, C, 2H, 2W), in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor skip, Tensor below, Pass pass)
    {
        using var scope = NewDisposeScope();
        var joined = _up.Join(_attention?.Forward(skip, below) ?? skip, below);
        return _dropout.Forward(_block.Forward(joined, pass), pass).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what inference does to a graph.</summary>
    public string Export(OnnxGraph graph, string skip, string below) =>
        _block.Export(graph, _up.Export(graph, _attention?.Export(graph, skip, below) ?? skip, below));
}
