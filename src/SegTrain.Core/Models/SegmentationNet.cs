using SegTrain.Core.Engine.Convolutions;
using SegTrain.Core.Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// From images to one logit plane an output. Input normalisation and padding are part of the net, so that it takes images of any size and
/// any user of its weights gets the same numbers.
/// </summary>
internal sealed class SegmentationNet : IDisposable
{
    private readonly IArchitecture _architecture;
    private readonly Head[] _heads;
    private readonly Parameter _mean;
    private readonly Parameter _std;
    private readonly ulong _seed;
    private readonly int _patch;
    private bool _isExamined;
    private string? _finding;

    /// <param name="config">What it consists of.</param>
    /// <param name="mean">Mean of each input channel over the training images, in the units of the input.</param>
    /// <param name="std">Standard deviation of each input channel.</param>
    /// <param name="outputs">Logit planes: 1 for a two-class task, else the number of classes.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="seed">Decides the first weights, and which channels training drops.</param>
    /// <exception cref="SegTrainException">Deep supervision is asked of a net that has features of one kind only.</exception>
    public SegmentationNet(ModelConfig config, float[] mean, float[] std, int outputs, Device device, long seed)
    {
        (_seed, _patch) = ((ulong)seed, config.Patch);
        _mean = Parameters.AddBuffer("input.mean", [1, mean.Length, 1, 1], Parameter.Values(mean));
        _std = Parameters.AddBuffer("input.std", [1, mean.Length, 1, 1], Parameter.Values(std));
        _architecture = ArchitectureCatalog.Named(config.Architecture).Make(Parameters, config, mean.Length * _patch * _patch);
        if (config.DeepSupervision && _architecture.Channels.Count == 1)
        {
            throw new SegTrainException(ExitCode.Config, "model.deep_supervision: a net of depth 1 has no second level to supervise; raise model.depth");
        }
        _heads = [.. _architecture.Channels.Take(config.DeepSupervision ? int.MaxValue : 1)
            .Select((channels, i) => new Head(Parameters, i == 0 ? "head" : $"head.{i}", channels, outputs, config.Shape, _patch))];
        OutputStride = _patch << config.Shape.Depth;
        Parameters.Freeze(config.Freeze);
        Parameters.Allocate(device, seed);
    }

    public ParameterSet Parameters { get; } = new();

    /// <summary>Of its images.</summary>
    public int Channels => (int)_mean.Length;

    /// <summary>Height and width are padded to multiples of this inside.</summary>
    public int OutputStride { get; }

    /// <summary>
    /// The type of what convolutions read and write: float32, bfloat16 or float16. Weights, their gradients, the input's normalisation, statistics of
    /// norms and the logits that are returned are float32 with either.
    /// </summary>
    public ScalarType Activations { get; init; } = float32;

    /// <param name="images">(N, channels, H, W), float32, in the units of the mean.</param>
    /// <param name="step">A number that no two training batches of a run share; with the seed it decides which channels are dropped.</param>
    /// <param name="first">The place of the first image in its batch, where the images are a part of one: each image drops the same channels then.</param>
    /// <returns>
    /// Logits (N, outputs, H, W), float32, and under deep supervision those of the other heads, (N, outputs, H / s, W / s) rounded up, the finest first;
    /// in the caller's dispose scope.
    /// </returns>
    public IReadOnlyList<Tensor> Train(Tensor images, long step, int first = 0) => Forward(images, new Pass(Training: true, _seed, step, first), _heads);

    /// <param name="images">(N, channels, H, W), float32, in the units of the mean.</param>
    /// <returns>Logits (N, outputs, H, W), float32, in the caller's dispose scope.</returns>
    public Tensor Infer(Tensor images) => Forward(images, Pass.Inference, _heads[..1])[0];

    /// <summary>Adds inference to a graph, normalisation and padding of the input with it.</summary>
    /// <param name="graph">Takes the nodes.</param>
    /// <param name="images">(N, channels, H, W), float32, in the units of the mean.</param>
    /// <param name="size">Height and width, where the graph is to take no others.</param>
    /// <returns>Logits (N, outputs, H, W), float32.</returns>
    public string Export(OnnxGraph graph, string images, (int Height, int Width)? size)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var padding = new StridePadding(graph, images, OutputStride, size);
        var standard = graph.Div(graph.Sub(images, graph.Numbers(_mean.Name, _mean.Value)), graph.Numbers(_std.Name, _std.Value));
        var x = graph.ToActivations(Patches.ExportFold(graph, padding.Pad(standard), Channels, _patch));
        return padding.Crop(_heads[0].Export(graph, _architecture.Export(graph, x)));
    }

    /// <summary>Checks, the first time, that this machine computes the net's convolutions rightly; no pass does without.</summary>
    /// <returns>What the log says of it; null where they are right as they are.</returns>
    /// <exception cref="SegTrainException">There is no right way.</exception>
    public string? Examine()
    {
        if (!_isExamined) _finding = TrustedConvolution.Examine(Parameters.Convolutions, Activations, _mean.Value.device);
        _isExamined = true;
        return _finding;
    }

    private IReadOnlyList<Tensor> Forward(Tensor images, Pass pass, Head[] heads)
    {
        Examine();
        using var scope = NewDisposeScope();
        var (height, width) = (images.shape[2], images.shape[3]);
        var x = Patches.Fold(Padded((images - _mean.Value) / _std.Value, height, width), _patch).to(Activations);
        return [.. heads.Zip(_architecture.Forward(x, pass), (head, features) =>
        {
            var scale = x.shape[3] / features.shape[3];
            return head.Forward(features, pass, (height + scale - 1) / scale, (width + scale - 1) / scale).MoveToOuterDisposeScope();
        })];
    }

    private Tensor Padded(Tensor x, long height, long width)
    {
        var (below, right) = (Missing(height), Missing(width));
        return below + right == 0 ? x : nn.functional.pad(x, [0, right, 0, below]);
    }

    private long Missing(long side) => (OutputStride - side % OutputStride) % OutputStride;

    public void Dispose() => Parameters.Dispose();
}
