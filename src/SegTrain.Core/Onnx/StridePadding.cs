namespace SegTrain.Core.Onnx;

/// <summary>Zeros to the right of an image and below it, up to a multiple of a stride, and the way back.</summary>
/// <param name="graph">Takes the nodes.</param>
/// <param name="image">(N, C, H, W): whose sides count.</param>
/// <param name="stride">Of the net.</param>
/// <param name="size">Its sides, where they are known: then numbers stand in the file in place of nodes, which not every runtime can compute with.</param>
internal sealed class StridePadding(OnnxGraph graph, string image, int stride, (int Height, int Width)? size)
{
    private readonly string? _shape = size is null ? graph.Shape(image, from: 2) : null;

    private string Sides => _shape ?? graph.Wholes(size!.Value.Height, size.Value.Width);

    private bool IsNone => size is { } known && (Missing(known.Height), Missing(known.Width)) == (0, 0);

    /// <param name="x">Of the image's size.</param>
    public string Pad(string x) => IsNone ? x : graph.Node("Pad", [x, Amounts()]);

    /// <param name="x">Of the padded size.</param>
    /// <returns>Of the image's size.</returns>
    public string Crop(string x) => IsNone ? x : graph.Node("Slice", [x, graph.Wholes(0, 0), Sides, graph.Wholes(2, 3)]);

    // What is missing of a side is -side modulo the stride; the operator's remainder has the sign of the divisor.
    private string Amounts() => size is { } known
        ? graph.Wholes(0, 0, 0, 0, 0, 0, Missing(known.Height), Missing(known.Width))
        : graph.Concat(0, graph.Wholes(0, 0, 0, 0, 0, 0), graph.Node("Mod", [graph.Node("Neg", [Sides]), graph.Wholes(stride)]));

    private long Missing(int side) => (stride - side % stride) % stride;
}
