using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// U-Net++ (Zhou et al. 2018, arXiv:1807.10165): a triangle of nodes, in which X(i, 0) is level i of the encoder and
/// X(i, j) = block(X(i, 0), ..., X(i, j - 1), up(X(i + 1, j - 1))). Logits can be made of X(0, depth), and of the shallower nets that it contains,
/// X(0, depth - 1) to X(0, 1).
/// </summary>
internal sealed class UNetPlusPlus : IArchitecture
{
    private readonly Encoder _encoder;

    /// <summary>By column j, from 1, and level i.</summary>
    private readonly DecoderStage[][] _columns;

    public UNetPlusPlus(ParameterSet parameters, ModelConfig config, int channels)
    {
        var shape = config.Shape;
        _encoder = new Encoder(parameters, config, channels);
        _columns = [.. Enumerable.Range(1, shape.Depth).Select(column => Enumerable.Range(0, shape.Depth + 1 - column)
            .Select(level => new DecoderStage(parameters, config, level, skips: column, $"{level}.{column}")).ToArray())];
        Channels = [.. Enumerable.Repeat(shape.Width, shape.Depth)];
    }

    public IReadOnlyList<int> Channels { get; }

    public IReadOnlyList<Tensor> Forward(Tensor x, Pass pass)
    {
        using var scope = NewDisposeScope();
        var rows = _encoder.Forward(x, pass).Select(static level => new List<Tensor> { level }).ToArray();
        foreach (var column in _columns)
        {
            for (var level = 0; level < column.Length; level++)
            {
                // The row below has its node of this column only after this one.
                var skip = rows[level].Count == 1 ? rows[level][0] : cat(rows[level], 1);
                rows[level].Add(column[level].Forward(skip, rows[level + 1][^1], pass));
            }
        }
        return [.. rows[0].Skip(1).Reverse().Select(static node => node.MoveToOuterDisposeScope())];
    }

    public string Export(OnnxGraph graph, string x)
    {
        var rows = _encoder.Export(graph, x).Select(static level => new List<string> { level }).ToArray();
        foreach (var column in _columns)
        {
            for (var level = 0; level < column.Length; level++)
            {
                var skip = rows[level].Count == 1 ? rows[level][0] : graph.Concat(1, rows[level]);
                rows[level].Add(column[level].Export(graph, skip, rows[level + 1][^1]));
            }
        }
        return rows[0][^1];
    }
}
