using Google.Protobuf;
using SegTrain.Core.Export;
using SegTrain.Core.Onnx;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Onnx;

public sealed class OnnxGraphTests
{
    [Fact]
    public void Numbers_that_are_the_same_stand_in_the_file_once()
    {
        var graph = new OnnxGraph(float32);
        Assert.Equal(graph.Wholes(1, 2), graph.Wholes(1, 2));
        Assert.NotEqual(graph.Wholes(1, 2), graph.Wholes(2, 1));
        Assert.NotEqual(graph.Wholes(1, 2), graph.Reals(1, 2));
    }

    [Fact]
    public void A_name_is_given_once()
    {
        var graph = new OnnxGraph(float32);
        graph.Input("relu_1", float32, "n");
        Assert.Equal("relu_2", graph.Relu("relu_1"));
        Assert.Throws<InvalidOperationException>(() => graph.Weight("relu_2", zeros(1)));
    }

    [Fact]
    public void Only_weights_are_rounded()
    {
        var graph = new OnnxGraph(float16);
        var x = graph.Input("image", float32, 1, "channels", 2, 2);
        graph.Output(graph.ToFloat(graph.Conv(graph.ToActivations(x), graph.Weight("w", ones(1, 1, 1, 1)), null, 1, 1, 0)), "y", float32, 1, 1, 2, 2);
        var proto = graph.ToModel("1.2.3", []);
        Assert.Equal(["Cast", "Conv", "Cast"], proto.Graph.Node.Select(static node => node.OpType));
        Assert.Equal(2, Assert.Single(proto.Graph.Initializer).RawData.Length);
        Assert.Equal(("y", "1.2.3"), (proto.Graph.Node[^1].Output[0], proto.ProducerVersion));
    }

    [Theory]
    [InlineData(4, 6, true)]
    [InlineData(4, 6, false)]
    [InlineData(3, 5, true)]
    [InlineData(3, 5, false)]
    [InlineData(1, 1, false)]
    public void Padding_is_zeros_to_the_right_and_below(int height, int width, bool isKnown)
    {
        using var folder = new TemporaryFolder();
        var graph = new OnnxGraph(float32);
        var image = graph.Input("image", float32, "batch", 1, "height", "width");
        var padding = new StridePadding(graph, image, stride: 4, isKnown ? (height, width) : null);
        // The mean over all that is there, in the place of the net.
        var mean = graph.Node("ReduceMean", [padding.Pad(image)]);
        var cropped = padding.Crop(graph.Add(padding.Pad(image), mean));
        graph.Output(cropped, "probabilities", float32, "batch", 1, "height", "width");
        graph.Output(graph.Cast(cropped, uint8), "classes", uint8, "batch", 1, "height", "width");
        File.WriteAllBytes(folder.File("a.onnx"), graph.ToModel("", []).ToByteArray());
        OnnxRules.Sound(folder.File("a.onnx"));
        using var run = new OnnxRun(folder.File("a.onnx"));
        float[] pixels = [.. Enumerable.Range(1, height * width).Select(static i => (float)i)];
        var padded = (height + 3) / 4 * 4 * ((width + 3) / 4 * 4);
        Assert.Equal(pixels.Select(pixel => pixel + pixels.Sum() / padded), run.Predict(pixels, [1, 1, height, width]).Probabilities, (one, other) => Math.Abs(one - other) < 1e-5);
    }
}
