using SegTrain.Core.Engine;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// U-Net (Ronneberger et al. 2015, arXiv:1505.04597) with padded convolutions and a normalisation: <c>depth</c> poolings, channels
/// doubled at each, skips joined by concatenation, one logit plane an output. Input normalisation and padding are part of the net,
/// so that it takes images of any size and any user of its weights gets the same numbers.
/// </summary>
internal sealed class UNet : IDisposable
{
    private readonly ConvBlock[] _encoder;
    private readonly Upsampler[] _up;
    private readonly ConvBlock[] _decoder;
    private readonly Parameter _headWeight;
    private readonly Parameter _headBias;
    private readonly Parameter _mean;
    private readonly Parameter _std;

    /// <param name="config">Depth, width, norm and upsampling.</param>
    /// <param name="mean">Mean of each input channel over the training images, in the units of the input.</param>
    /// <param name="std">Standard deviation of each input channel.</param>
    /// <param name="outputs">Logit planes: 1 for a two-class task, else the number of classes.</param>
    /// <param name="device">Where the weights live.</param>
    /// <param name="seed">Decides the first weights.</param>
    public UNet(ModelConfig config, float[] mean, float[] std, int outputs, Device device, long seed)
    {
        var depth = config.Depth;
        int Channels(int level) => config.Width << level;
        _mean = Parameters.AddBuffer("input.mean", [1, mean.Length, 1, 1], Parameter.Values(mean));
        _std = Parameters.AddBuffer("input.std", [1, mean.Length, 1, 1], Parameter.Values(std));
        _encoder = [.. Enumerable.Range(0, depth + 1).Select(level =>
            new ConvBlock(Parameters, $"encoder.{level}", level == 0 ? mean.Length : Channels(level - 1), Channels(level), config.Norm))];
        _up = new Upsampler[depth];
        _decoder = new ConvBlock[depth];
        for (var level = depth - 1; level >= 0; level--)
        {
            _up[level] = new Upsampler(Parameters, $"up.{level}", Channels(level + 1), Channels(level), config.Up);
            _decoder[level] = new ConvBlock(Parameters, $"decoder.{level}", 2 * Channels(level), Channels(level), config.Norm);
        }
        _headWeight = Parameters.Add("head.weight", [outputs, Channels(0), 1, 1], Parameter.HeNormal(Channels(0)));
        _headBias = Parameters.Add("head.bias", [outputs], Parameter.Constant(0));
        OutputStride = 1 << depth;
        Parameters.Allocate(device, seed);
    }

    public ParameterSet Parameters { get; } = new();

    /// <summary>Height and width are padded to multiples of this inside.</summary>
    public int OutputStride { get; }

    /// <param name="images">(N, channels, H, W), float32, in the units of the mean.</param>
    /// <param name="training">Whether batch statistics are used and followed.</param>
    /// <returns>Logits (N, outputs, H, W), in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor images, bool training)
    {
        using var scope = NewDisposeScope();
        var (height, width) = (images.shape[2], images.shape[3]);
        var x = Padded((images - _mean.Value) / _std.Value, height, width);
        var skips = new Stack<Tensor>();
        for (var level = 0; level < _encoder.Length; level++)
        {
            x = _encoder[level].Forward(level == 0 ? x : TorchEngine.MaxPool2x2(x), training);
            skips.Push(x);
        }
        skips.Pop();
        for (var level = _decoder.Length - 1; level >= 0; level--)
        {
            x = _decoder[level].Forward(_up[level].Join(skips.Pop(), x), training);
        }
        var logits = nn.functional.conv2d(x, _headWeight.Value, _headBias.Value);
        return logits.narrow(2, 0, height).narrow(3, 0, width).contiguous().MoveToOuterDisposeScope();
    }

    private Tensor Padded(Tensor x, long height, long width)
    {
        var (below, right) = (Missing(height), Missing(width));
        return below + right == 0 ? x : nn.functional.pad(x, [0, right, 0, below]);
    }

    private long Missing(long side) => (OutputStride - side % OutputStride) % OutputStride;

    public void Dispose() => Parameters.Dispose();
}
