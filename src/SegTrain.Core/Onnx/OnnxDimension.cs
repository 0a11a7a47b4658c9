using Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Onnx;

/// <summary>A side of an input or output: a number, or a name for what each run may choose.</summary>
internal readonly record struct OnnxDimension(long? Length, string? Name)
{
    public static implicit operator OnnxDimension(long length) => new(length, null);

    public static implicit operator OnnxDimension(string name) => new(null, name);

    public override string ToString() => Name ?? $"{Length}";

    /// <summary>The type of ONNX that holds the same numbers.</summary>
    public static TensorProto.Types.DataType ElementOf(ScalarType type) => type switch
    {
        ScalarType.Float32 => TensorProto.Types.DataType.Float,
        ScalarType.Float16 => TensorProto.Types.DataType.Float16,
        ScalarType.Int64 => TensorProto.Types.DataType.Int64,
        ScalarType.Byte => TensorProto.Types.DataType.Uint8,
        _ => throw new InvalidOperationException($"no graph of ours has values of {type}"),
    };

    public static ValueInfoProto Describe(string name, ScalarType type, ReadOnlySpan<OnnxDimension> shape)
    {
        var sides = new TensorShapeProto();
        foreach (var (length, parameter) in shape)
        {
            sides.Dim.Add(length is { } known ? new TensorShapeProto.Types.Dimension { DimValue = known } : new TensorShapeProto.Types.Dimension { DimParam = parameter });
        }
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)ElementOf(type), Shape = sides } } };
    }
}
