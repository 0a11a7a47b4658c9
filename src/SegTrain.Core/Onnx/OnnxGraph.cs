using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Onnx;

/// <summary>
/// A graph that grows from its input to its outputs, so that every node stands behind those that it reads, as ONNX asks. Values are known by their names.
/// </summary>
/// <param name="activations">What convolutions read and write: float32 or float16. All else is float32.</param>
internal sealed class OnnxGraph(ScalarType activations)
{
    private readonly GraphProto _graph = new() { Name = "segtrain" };
    private readonly List<(string Value, string Name)> _outputs = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, int> _counts = [];
    private readonly Dictionary<string, string> _shared = [];

    /// <param name="name">Of the value, for users.</param>
    /// <param name="type">Of its numbers.</param>
    /// <param name="shape">Its dimensions, known or named.</param>
    /// <returns><paramref name="name"/>.</returns>
    public string Input(string name, ScalarType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _graph.Input.Add(OnnxDimension.Describe(name, type, shape));
        return Taken(name);
    }

    /// <summary>Gives a value the name by which users ask for it.</summary>
    /// <inheritdoc cref="Input"/>
    public void Output(string value, string name, ScalarType type, params ReadOnlySpan<OnnxDimension> shape)
    {
        _outputs.Add((value, Taken(name)));
        _graph.Output.Add(OnnxDimension.Describe(name, type, shape));
    }

    /// <summary>A weight, in the type of the activations.</summary>
    /// <param name="name">That of the net's parameter.</param>
    /// <param name="value">Of any type and device.</param>
    public string Weight(string name, Tensor value) => Constant(Taken(name), value, activations);

    /// <summary>Numbers in float32.</summary>
    /// <inheritdoc cref="Weight"/>
    public string Numbers(string name, Tensor value) => Constant(Taken(name), value, float32);

    /// <summary>Whole numbers, int64, one dimension; the same ones stand in the file once.</summary>
    public string Wholes(params long[] values) => Shared("wholes", tensor(values), string.Join(' ', values));

    /// <summary>Real numbers, float32, one dimension; the same ones stand in the file once.</summary>
    public string Reals(params float[] values) => Shared("reals", tensor(values), string.Join(' ', values));

    /// <param name="op">An operator of opset 17.</param>
    /// <param name="inputs">Values; "" for an optional one that is left out.</param>
    /// <param name="attributes">Its settings.</param>
    /// <returns>What it computes.</returns>
    public string Node(string op, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        var name = Numbered(op.ToLowerInvariant());
        var node = new NodeProto { Name = name, OpType = op, Input = { inputs }, Output = { name } };
        foreach (var attribute in attributes) node.Attribute.Add(attribute);
        _graph.Node.Add(node);
        return name;
    }

    /// <summary>A value as convolutions read it.</summary>
    public string ToActivations(string x) => activations == float32 ? x : this.Cast(x, activations);

    /// <summary>What a convolution made, in float32.</summary>
    public string ToFloat(string x) => activations == float32 ? x : this.Cast(x, float32);

    /// <summary>The whole file. The graph must not grow any more.</summary>
    /// <param name="version">Of the program that writes it.</param>
    /// <param name="metadata">What the file says of itself.</param>
    public ModelProto ToModel(string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        foreach (var (value, name) in _outputs) Rename(value, name);
        return new()
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } },
            ProducerName = "segtrain",
            ProducerVersion = version,
            Graph = _graph,
            MetadataProps = { metadata.Select(static pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }) },
        };
    }

    private void Rename(string value, string name)
    {
        foreach (var names in _graph.Node.SelectMany(static node => new[] { node.Input, node.Output }))
        {
            for (var i = 0; i < names.Count; i++)
            {
                if (names[i] == value) names[i] = name;
            }
        }
    }

    private string Shared(string stem, Tensor values, string text)
    {
        using (values)
        {
            if (!_shared.TryGetValue($"{stem} {text}", out var name))
                _shared[$"{stem} {text}"] = name = Constant(Numbered(stem), values, values.dtype);
            return name;
        }
    }

    private string Constant(string name, Tensor value, ScalarType type)
    {
        using var scope = NewDisposeScope();
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)OnnxDimension.ElementOf(type),
            Dims = { value.shape },
            RawData = ByteString.CopyFrom(value.detach().cpu().to(type).contiguous().bytes),
        });
        return name;
    }

    private string Numbered(string stem)
    {
        do _counts[stem] = _counts.GetValueOrDefault(stem) + 1;
        while (_names.Contains($"{stem}_{_counts[stem]}"));
        return Taken($"{stem}_{_counts[stem]}");
    }

    private string Taken(string name) => _names.Add(name) ? name : throw new InvalidOperationException($"the graph has two values named '{name}'");
}
