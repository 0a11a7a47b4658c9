using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>A convolution of an odd size that keeps height and width, or one whose stride is its size, which divides them.</summary>
internal sealed class Convolution
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly long[] _strides;
    private readonly long[] _padding;

    public Convolution(ParameterSet parameters, string name, int inChannels, int outChannels, int size, bool bias, int stride = 1)
    {
        _weight = parameters.Add($"{name}.weight", [outChannels, inChannels, size, size], Parameter.HeNormal((long)inChannels * size * size));
        _bias = bias ? parameters.Add($"{name}.bias", [outChannels], Parameter.Constant(0)) : null;
        _strides = [stride, stride];
        _padding = stride == 1 ? [size / 2, size / 2] : [0, 0];
    }

    /// <param name="x">(N, inChannels, H, W).</param>
    /// <returns>(N, outChannels, H / stride, W / stride), in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x) => nn.functional.conv2d(x, _weight.In(x.dtype), _bias?.In(x.dtype), strides: _strides, padding: _padding);
}
