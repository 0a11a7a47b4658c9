using SegTrain.LibTorch.Interop;

namespace TorchSharp;

/// <summary>A number given to an operator, whole or floating.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Argument Argument;

    private Scalar(Argument argument) => Argument = argument;

    public static implicit operator Scalar(double value) => new(value);

    public static implicit operator Scalar(long value) => new(value);

    public static implicit operator Scalar(int value) => new((long)value);

    public void Dispose()
    {
    }
}
