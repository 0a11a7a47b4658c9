using static TorchSharp.torch;

namespace SegTrain.Core.Files;

/// <summary>A tensor in a file.</summary>
/// <param name="Type">As safetensors have it: F32, F16, BF16 or F64; others are named here and not read.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Read">Its numbers, in their type, in the caller's dispose scope; throws <see cref="InvalidDataException"/> or <see cref="IOException"/> where the file is damaged.</param>
internal sealed record StoredTensor(string Type, long[] Shape, Func<Tensor> Read)
{
    /// <summary>Whether weights of a net can be filled with it: a float of any width.</summary>
    public bool IsReal => TypeOf(Type) is not null;

    public override string ToString() => $"{Type} ({string.Join(", ", Shape)})";

    /// <summary>Null where it is no float that can be read.</summary>
    public static ScalarType? TypeOf(string type) => type switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        "BF16" => ScalarType.BFloat16,
        "F64" => ScalarType.Float64,
        _ => null,
    };

    /// <param name="type">Of those that are read.</param>
    /// <param name="shape">Of the tensor.</param>
    /// <param name="stream">Its numbers come next, in little-endian, row by row.</param>
    /// <exception cref="EndOfStreamException">The file is cut short.</exception>
    public static Tensor Fill(string type, long[] shape, Stream stream)
    {
        var filled = empty(shape, TypeOf(type) ?? throw new InvalidDataException($"numbers of type {type} are not read"));
        stream.ReadExactly(filled.bytes);
        return filled;
    }
}
