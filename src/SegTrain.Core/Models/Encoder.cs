using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>The contracting path: <c>depth</c> poolings, channels doubled at each.</summary>
internal sealed class Encoder
{
    private readonly IBlock[] _blocks;
    private readonly ChannelDropout _dropout;

    public Encoder(ParameterSet parameters, ModelConfig config, int channels)
    {
        var shape = config.Shape;
        // In an image there is nothing yet that a residual block could add to, or activate.
        _blocks = [.. Enumerable.Range(0, shape.Depth + 1).Select(level => level == 0
            ? IBlock.Make(Block.Plain, parameters, "encoder.0", channels, shape.Width, shape.Norm)
            : IBlock.Make(shape.Block, parameters, $"encoder.{level}", shape.Channels(level - 1), shape.Channels(level), shape.Norm))];
        _dropout = new ChannelDropout(config.Dropout, layer: 0);
    }

    /// <param name="x">(N, channels, H, W), H and W multiples of 2^depth.</param>
    /// <param name="pass">What it is for.</param>
    /// <returns>Of each level (N, C_level, H / 2^level, W / 2^level), full resolution first, in the caller's dispose scope.</returns>
    public IReadOnlyList<Tensor> Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var levels = new List<Tensor>();
        foreach (var block in _blocks) levels.Add(x = block.Forward(levels.Count == 0 ? x : Operators.MaxPool2x2(x), pass));
        levels[^1] = _dropout.Forward(x, pass);
        return [.. levels.Select(static level => level.MoveToOuterDisposeScope())];
    }

    /// <summary>Adds what inference does to a graph.</summary>
    /// <returns>The levels, full resolution first.</returns>
    public IReadOnlyList<string> Export(OnnxGraph graph, string x)
    {
        var levels = new List<string>();
        foreach (var block in _blocks) levels.Add(x = block.Export(graph, levels.Count == 0 ? x : graph.MaxPool2x2(x)));
        return levels;
    }
}
