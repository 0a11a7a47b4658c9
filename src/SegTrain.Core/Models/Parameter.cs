using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>One named tensor of a net: trained by the optimizer, or a buffer that the forward pass keeps.</summary>
/// <param name="Name">Dotted path, such as <c>encoder.0.conv1.weight</c>; the key in a checkpoint.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Initialise">Fills it in place with its first values.</param>
internal sealed record Parameter(string Name, long[] Shape, Action<Tensor> Initialise)
{
    private Tensor? _value;

    /// <summary>The memory, once the net's <see cref="ParameterSet"/> is allocated.</summary>
    public Tensor Value
    {
        get => _value ?? throw new InvalidOperationException($"{Name} is not allocated yet");
        internal set => _value = value;
    }

    /// <summary>The value rounded to the type of the activations; its gradient arrives at the value itself, in the value's type.</summary>
    /// <returns>The value itself where it is of that type; else a copy in the caller's dispose scope.</returns>
    public Tensor In(ScalarType type) => Value.dtype == type ? Value : Value.to(type);

    /// <summary>Whether training leaves it as it is; a norm then goes by the statistics that it knows.</summary>
    public bool IsFrozen { get; internal set; }

    public long Length => Shape.Aggregate(1L, (product, side) => product * side);

    /// <summary>He et al. 2015 (arXiv:1502.01852): normal, variance 2 / fan-in, for a layer followed by ReLU.</summary>
    public static Action<Tensor> HeNormal(long fanIn) => tensor => tensor.normal_(0, Math.Sqrt(2.0 / fanIn));

    public static Action<Tensor> Constant(double value) => tensor => tensor.fill_(Num(value));

    public static Action<Tensor> Values(float[] values) => tensor => tensor.copy_(TorchSharp.torch.tensor(values, tensor.shape));
}
