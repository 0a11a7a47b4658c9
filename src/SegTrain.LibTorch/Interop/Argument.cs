using System.Runtime.InteropServices;
using TorchSharp;

namespace SegTrain.LibTorch.Interop;

/// <summary>Mirrors Kind in native/torch/abi.h.</summary>
internal enum Kind
{
    None,
    Tensor,
    Int,
    Double,
    Bool,
    Ints,
    Tensors,
    Device,
}

/// <summary>Mirrors Value in native/torch/abi.h: a number's bits, a handle, or the address of a list.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeValue
{
    public Kind Kind;
    public int Length;
    public long Payload;
}

/// <summary>One argument of an operator as managed code writes it; every supported type converts implicitly.</summary>
internal readonly struct Argument
{
    internal readonly Kind Kind;
    internal readonly long Bits;
    internal readonly object? Object;

    private Argument(Kind kind, long bits = 0, object? target = null) => (Kind, Bits, Object) = (kind, bits, target);

    /// <summary>An optional argument that is left out; its default applies where the schema has one at its end.</summary>
    internal static Argument None => default;

    public static implicit operator Argument(torch.Tensor? value) => value is null ? None : new(Kind.Tensor, 0, value);

    public static implicit operator Argument(long value) => new(Kind.Int, value);

    public static implicit operator Argument(double value) => new(Kind.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Argument(bool value) => new(Kind.Bool, value ? 1 : 0);

    public static implicit operator Argument(long[]? value) => value is null ? None : new(Kind.Ints, value.Length, value);

    public static implicit operator Argument(torch.Tensor[] value) => new(Kind.Tensors, value.Length, value);

    public static implicit operator Argument(torch.ScalarType? value) => value is { } type ? new(Kind.Int, (long)type) : None;

    public static implicit operator Argument(torch.Device? value) => value is null ? None : new(Kind.Device, value.Packed);

    public static implicit operator Argument(Scalar? value) => value is null ? None : value.Argument;
}
