using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// A number beside tensors: <c>x * Num(0.5)</c>, <c>One - p</c>, <c>x.clamp_min(Num(eps))</c>. In <c>x * 0.5</c> TorchSharp makes a native scalar that
/// nothing keeps alive during the operator: a collection at that moment frees it, and the operator reads another number or fails. So all
/// scalars are made here: constants once and for good, and those that change by <see cref="Passing(double)"/>. TorchSharp's own <c>a + b</c> makes a scalar too,
/// hence <see cref="Arithmetic.Plus(Tensor, Tensor)"/>. ScalarTests finds in the assemblies who makes one otherwise.
/// </summary>
internal readonly struct Number
{
    private static readonly ConcurrentDictionary<long, Scalar> s_wholes = new();

    // By their bits, which tell 0 from -0.
    private static readonly ConcurrentDictionary<long, Scalar> s_reals = new();

    private readonly Scalar _scalar;

    private Number(Scalar scalar) => _scalar = scalar;

    /// <summary>0, a whole number.</summary>
    internal static Number Zero { get; } = Num(0);

    /// <summary>1, a whole number.</summary>
    internal static Number One { get; } = Num(1);

    /// <summary>A real constant, kept for good: one of a formula, of settings or of a configuration.</summary>
    internal static Number Num(double value) =>
        new(s_reals.GetOrAdd(BitConverter.DoubleToInt64Bits(value), static bits => BitConverter.Int64BitsToDouble(bits).ToScalar()));

    /// <summary>A whole constant, kept for good; it leaves the type of whole tensors as it is.</summary>
    internal static Number Num(long value) => new(s_wholes.GetOrAdd(value, static value => value.ToScalar()));

    /// <summary>A number that changes, such as a learning rate: <c>using var rate = Passing(x);</c> keeps it alive beyond the operator.</summary>
    internal static Scalar Passing(double value) => value.ToScalar();

    /// <inheritdoc cref="Passing(double)"/>
    internal static Scalar Passing(long value) => value.ToScalar();

    public static implicit operator Scalar(Number number) => number._scalar;

    public static Tensor operator +(Tensor tensor, Number number) => tensor.add(number._scalar, One._scalar);

    public static Tensor operator -(Tensor tensor, Number number) => tensor.sub(number._scalar);

    public static Tensor operator -(Number number, Tensor tensor) => tensor.neg().add_(number._scalar, One._scalar);

    public static Tensor operator *(Tensor tensor, Number number) => tensor.mul(number._scalar);

    public static Tensor operator /(Tensor tensor, Number number) => tensor.div(number._scalar);

    public static Tensor operator /(Number number, Tensor tensor) => tensor.reciprocal().mul_(number._scalar);
}
