using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>What a level of the net consists of; the size of the image stays.</summary>
internal interface IBlock
{
    /// <param name="x">(N, inChannels, H, W).</param>
    /// <param name="pass">What for.</param>
    /// <returns>(N, outChannels, H, W), in the caller's dispose scope.</returns>
    Tensor Forward(Tensor x, Pass pass);

    /// <summary>Adds what inference does to a graph; values are in the type of the activations.</summary>
    /// <returns>(N, outChannels, H, W).</returns>
    string Export(OnnxGraph graph, string x);

    /// <summary>The table of blocks: a new one is a file and a row.</summary>
    static IBlock Make(Block kind, ParameterSet parameters, string name, int inChannels, int outChannels, Norm norm) => kind switch
    {
        Block.Plain => new ConvBlock(parameters, name, inChannels, outChannels, norm),
        Block.Residual => new ResidualBlock(parameters, name, inChannels, outChannels, norm),
        _ => throw new InvalidOperationException($"no block {kind}"),
    };
}
