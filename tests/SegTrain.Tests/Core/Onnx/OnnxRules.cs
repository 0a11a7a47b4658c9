using Onnx;

namespace SegTrain.Tests.Core.Onnx;

/// <summary>What ONNX asks of a file, read back from it.</summary>
internal static class OnnxRules
{
    public static ModelProto Sound(string file)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        var graph = model.Graph;
        Assert.Equal((8, 17), (model.IrVersion, Assert.Single(model.OpsetImport).Version));
        var known = graph.Input.Select(static input => input.Name).Concat(graph.Initializer.Select(static one => one.Name)).ToList();
        Assert.Equal(known.Distinct(), known);
        Assert.Equal(graph.Node.Count, graph.Node.Select(static node => node.Name).Distinct().Count());
        var values = known.ToHashSet();
        foreach (var node in graph.Node)
        {
            Assert.All(node.Input, input => Assert.True(input.Length == 0 || values.Contains(input), $"{node.Name} reads {input} before it is there"));
            Assert.All(node.Output, output => Assert.True(values.Add(output), $"two values are called {output}"));
        }
        Assert.All(graph.Output, output => Assert.Contains(output.Name, values));
        var read = graph.Node.SelectMany(static node => node.Input).Concat(graph.Output.Select(static output => output.Name)).ToHashSet();
        Assert.Empty(values.Except(read));
        Assert.All(graph.Initializer, static one => Assert.Equal(one.Dims.Aggregate(1L, static (product, side) => product * side) * BytesOf(one.DataType), one.RawData.Length));
        return model;
    }

    private static int BytesOf(int type) => (TensorProto.Types.DataType)type switch
    {
        TensorProto.Types.DataType.Float => 4,
        TensorProto.Types.DataType.Float16 => 2,
        TensorProto.Types.DataType.Int64 => 8,
        var other => throw new InvalidOperationException($"no weights are {other}"),
    };
}
