using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Two times 3x3 convolution, normalisation, ReLU; the size of the image stays.</summary>
internal sealed class ConvBlock
{
    private readonly Half _first;
    private readonly Half _second;

    public ConvBlock(ParameterSet parameters, string name, int inChannels, int outChannels, Norm norm)
    {
        _first = new Half(parameters, name, 1, inChannels, outChannels, norm);
        _second = new Half(parameters, name, 2, outChannels, outChannels, norm);
    }

    /// <param name="x">(N, inChannels, H, W), float32.</param>
    /// <param name="training">Whether batch statistics are used and followed.</param>
    /// <returns>(N, outChannels, H, W), in the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x, bool training)
    {
        using var scope = NewDisposeScope();
        return _second.Forward(_first.Forward(x, training), training).MoveToOuterDisposeScope();
    }

    private sealed class Half(ParameterSet parameters, string name, int index, int inChannels, int outChannels, Norm norm)
    {
        private readonly Parameter _weight = parameters.Add(
            $"{name}.conv{index}.weight", [outChannels, inChannels, 3, 3], Parameter.HeNormal(inChannels * 9L));

        // A normalisation that follows subtracts any bias again.
        private readonly Parameter? _bias = norm == Norm.None ? parameters.Add($"{name}.conv{index}.bias", [outChannels], Parameter.Constant(0)) : null;

        private readonly Normalization? _norm = norm == Norm.None ? null : new(parameters, $"{name}.norm{index}", outChannels, norm);

        public Tensor Forward(Tensor x, bool training)
        {
            var y = nn.functional.conv2d(x, _weight.Value, _bias?.Value, padding: [1, 1]);
            return _norm?.ForwardRelu(y, training) ?? y.relu_();
        }
    }
}
