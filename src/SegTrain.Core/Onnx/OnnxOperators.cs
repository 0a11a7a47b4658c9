using Google.Protobuf;
using Onnx;
using static TorchSharp.torch;

namespace SegTrain.Core.Onnx;

/// <summary>The operators of opset 17 that nets are made of. Each adds a node and returns what it computes; images are (N, C, H, W).</summary>
internal static class OnnxOperators
{
    public static string Add(this OnnxGraph graph, string a, string b) => graph.Node("Add", [a, b]);

    public static string Sub(this OnnxGraph graph, string a, string b) => graph.Node("Sub", [a, b]);

    public static string Mul(this OnnxGraph graph, string a, string b) => graph.Node("Mul", [a, b]);

    public static string Div(this OnnxGraph graph, string a, string b) => graph.Node("Div", [a, b]);

    public static string Relu(this OnnxGraph graph, string x) => graph.Node("Relu", [x]);

    public static string Sigmoid(this OnnxGraph graph, string x) => graph.Node("Sigmoid", [x]);

    /// <summary>Of the channels.</summary>
    public static string Softmax(this OnnxGraph graph, string x) => graph.Node("Softmax", [x], Whole("axis", 1));

    /// <summary>The place of the largest channel, the first of several: (N, H, W), int64.</summary>
    public static string ArgMax(this OnnxGraph graph, string x) => graph.Node("ArgMax", [x], Whole("axis", 1), Whole("keepdims", 0));

    public static string Greater(this OnnxGraph graph, string a, string b) => graph.Node("Greater", [a, b]);

    /// <summary>Without the channels, of which there is one.</summary>
    public static string Squeeze(this OnnxGraph graph, string x) => graph.Node("Squeeze", [x, graph.Wholes(1)]);

    public static string Cast(this OnnxGraph graph, string x, ScalarType type) => graph.Node("Cast", [x], Whole("to", (long)OnnxDimension.ElementOf(type)));

    public static string Concat(this OnnxGraph graph, int axis, params IEnumerable<string> parts) => graph.Node("Concat", parts, Whole("axis", axis));

    public static string Reshape(this OnnxGraph graph, string x, string shape) => graph.Node("Reshape", [x, shape]);

    /// <summary>The sides of a value from a dimension on, int64.</summary>
    public static string Shape(this OnnxGraph graph, string x, int from = 0) => graph.Node("Shape", [x], Whole("start", from));

    /// <param name="graph">Takes the node.</param>
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="weight">(D, C, size, size).</param>
    /// <param name="bias">(D), or none.</param>
    /// <param name="size">Of the kernel.</param>
    /// <param name="stride">Of both sides.</param>
    /// <param name="padding">Zeros at every side.</param>
    public static string Conv(this OnnxGraph graph, string x, string weight, string? bias, long size, long stride, long padding) => graph.Node("Conv",
        bias is null ? [x, weight] : [x, weight, bias],
        Wholes("kernel_shape", size, size), Wholes("strides", stride, stride), Wholes("pads", padding, padding, padding, padding));

    /// <summary>Transposed, 2x2 of stride 2, by a weight (C, D, 2, 2). Its padding is spelled out, since runtimes do not agree on what <c>auto_pad</c> means here.</summary>
    public static string ConvTranspose2x2(this OnnxGraph graph, string x, string weight, string? bias) => graph.Node("ConvTranspose",
        bias is null ? [x, weight] : [x, weight, bias],
        Wholes("kernel_shape", 2, 2), Wholes("strides", 2, 2), Wholes("pads", 0, 0, 0, 0));

    public static string MaxPool2x2(this OnnxGraph graph, string x) => graph.Node("MaxPool", [x],
        Wholes("kernel_shape", 2, 2), Wholes("strides", 2, 2), Wholes("pads", 0, 0, 0, 0));

    /// <summary>Twice the height and width, bilinearly, pixels being squares: where PyTorch's form differs, at one pixel, it is not what PyTorch does.</summary>
    public static string Doubled(this OnnxGraph graph, string x) => graph.Node("Resize", [x, "", graph.Reals(1, 1, 2, 2)],
        Text("coordinate_transformation_mode", "half_pixel"), Text("mode", "linear"));

    /// <param name="graph">Takes the node.</param>
    /// <param name="x">(N, C, ...).</param>
    /// <param name="scale">(C).</param>
    /// <param name="shift">(C).</param>
    /// <param name="epsilon">Added to the variance.</param>
    public static string InstanceNormalization(this OnnxGraph graph, string x, string scale, string shift, double epsilon) =>
        graph.Node("InstanceNormalization", [x, scale, shift], new AttributeProto { Name = "epsilon", Type = AttributeProto.Types.AttributeType.Float, F = (float)epsilon });

    /// <summary>(N, C, pH, pW) to (N, p^2 C, H, W). The channels of the first pixels of all squares come first: <see cref="Channels"/> brings them in another order.</summary>
    public static string SpaceToDepth(this OnnxGraph graph, string x, int p) => graph.Node("SpaceToDepth", [x], Whole("blocksize", p));

    /// <summary>(N, C p^2, H, W) to (N, C, pH, pW), the channels of one square following each other row by row.</summary>
    public static string DepthToSpace(this OnnxGraph graph, string x, int p) => graph.Node("DepthToSpace", [x], Whole("blocksize", p), Text("mode", "CRD"));

    /// <summary>Some channels, in the order of their numbers here.</summary>
    public static string Channels(this OnnxGraph graph, string x, params long[] numbers) => graph.Node("Gather", [x, graph.Wholes(numbers)], Whole("axis", 1));

    private static AttributeProto Whole(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static AttributeProto Wholes(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };
}
