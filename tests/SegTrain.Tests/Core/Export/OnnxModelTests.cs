using System.Diagnostics;
using Google.Protobuf;
using SegTrain.Core.Export;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;
using SegTrain.Tests.Core.Onnx;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Core.Export;

/// <summary>ONNX Runtime computes what the net does, with every option that a net has.</summary>
public sealed class OnnxModelTests : IDisposable
{
    private static readonly long[][] s_sizes = [[1, 13, 18], [3, 7, 5], [1, 1, 1]];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string, string, string> Layers =>
        [.. from architecture in ArchitectureCatalog.Table
            from norm in Enum.GetNames<Norm>()
            from up in Enum.GetNames<Upsampling>()
            from block in Enum.GetNames<Block>()
            select (architecture.Name, norm, up, block)];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_layer_is_computed_as_the_net_does(string architecture, string norm, string up, string block) => Compare(
        Small with { Architecture = architecture, Norm = Enum.Parse<Norm>(norm), Up = Enum.Parse<Upsampling>(up), Block = Enum.Parse<Block>(block) }, SavedModel.Card(3));

    [Theory]
    [InlineData("unet", "Plain", 1)]
    [InlineData("unet", "Residual", 2)]
    [InlineData("unet++", "Plain", 1)]
    [InlineData("unet++", "Residual", 3)]
    public void Attention_too(string architecture, string block, int patch) => Compare(Of(architecture, block, attention: true) with { Patch = patch }, SavedModel.Card(3));

    // One channel is in our order by itself.
    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    public void Squares_of_pixels_too(int patch, int channels) => Compare(Small with { Patch = patch }, SavedModel.Card(3, channels));

    [Theory]
    [InlineData("unet")]
    [InlineData("unet++")]
    public void Of_several_heads_the_finest_is_written(string architecture) => Compare(Small with { Architecture = architecture, DeepSupervision = true, Dropout = 0.5 }, SavedModel.Card(3));

    [Theory]
    [InlineData(2, false, 1, new[] { 3.0 })]
    [InlineData(2, false, 4, new double[0])]
    [InlineData(5, false, 3, new[] { 0.5 })]
    [InlineData(3, false, 3, new[] { 0.5, 1.0, 2.0 })]
    [InlineData(1, true, 3, new double[0])]
    [InlineData(2, true, 1, new double[0])]
    [InlineData(3, true, 4, new[] { 0.5, 1.0, 2.0 })]
    public void Classes_follow_from_calibrated_probabilities(int classes, bool overlap, int channels, double[] temperatures) =>
        Compare(Small, SavedModel.Card(classes, channels, overlap) with { Temperatures = temperatures, Threshold = 0.375 });

    [Theory]
    [InlineData(13, 18, "unet")]
    [InlineData(8, 12, "unet++")]
    public void A_fixed_size_is_one_image_of_that_size(int height, int width, string architecture)
    {
        using var model = SavedModel.Open(_folder.File("a.safetensors"), Small with { Architecture = architecture, Norm = Norm.Group }, SavedModel.Card(3));
        var sides = Compare(model, (height, width), half: false, [[1, height, width]]);
        Assert.Equal(["image 1 3 " + $"{height} {width}", $"probabilities 1 3 {height} {width}", $"classes 1 {height} {width}"], sides);
    }

    [Fact]
    public void Free_sides_have_names()
    {
        using var model = SavedModel.Open(_folder.File("a.safetensors"), Small, SavedModel.Card(2, channels: 1));
        Assert.Equal(["image batch 1 height width", "probabilities batch 1 height width", "classes batch height width"], Compare(model, null, half: false, s_sizes));
    }

    [Theory]
    [InlineData("unet", "Batch", "Plain", 1)]
    [InlineData("unet", "Group", "Residual", 2)]
    [InlineData("unet++", "Instance", "Plain", 1)]
    [InlineData("unet", "Batch", "Residual", 1)]
    public void Half_precision_is_near(string architecture, string norm, string block, int patch)
    {
        var config = Of(architecture, block, attention: true) with { Norm = Enum.Parse<Norm>(norm), Patch = patch };
        using var model = SavedModel.Open(_folder.File("a.safetensors"), config, SavedModel.Card(3));
        Compare(model, null, half: true, s_sizes);
    }

    [Theory]
    [InlineData("unet", "Group", true)]
    [InlineData("unet++", "Batch", true)]
    [InlineData("unet", "Instance", false)]
    public void The_checker_of_ONNX_finds_nothing(string architecture, string norm, bool half)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python) && Exit("-c", "import onnx").Code == 0, "python3-onnx is not installed");
        using var model = SavedModel.Open(_folder.File("a.safetensors"), Of(architecture, "Residual", attention: true) with { Norm = Enum.Parse<Norm>(norm), Patch = 2 }, SavedModel.Card(3));
        File.WriteAllBytes(_folder.File("a.onnx"), OnnxModel.Of(model, half ? null : (9, 7), half).ToByteArray());
        var (code, error) = Exit("-c", "import onnx, sys; onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)", _folder.File("a.onnx"));
        Assert.True(code == 0, error);

        static (int Code, string Error) Exit(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, error);
        }
    }

    private void Compare(ModelConfig config, ModelCard card)
    {
        using var model = SavedModel.Open(_folder.File("a.safetensors"), config, card);
        Compare(model, null, half: false, s_sizes);
    }

    private List<string> Compare(TrainedModel model, (int, int)? size, bool half, long[][] sizes)
    {
        var file = _folder.File("a.onnx");
        File.WriteAllBytes(file, OnnxModel.Of(model, size, half).ToByteArray());
        var proto = OnnxRules.Sound(file);
        using var run = new OnnxRun(file);
        foreach (var (index, sides) in sizes.Index())
        {
            long[] shape = [sides[0], model.Card.Channels, sides[1], sides[2]];
            var images = Numbers(Uniform(index, shape));
            var net = Prediction.Of(model, images, shape);
            var parity = Parity.None(half ? Parity.HalfLimit : 1e-5).With(model.Card, net, run.Predict(images, shape), (int)(sides[1] * sides[2]));
            Assert.True(parity is { IsClose: true, Wrong: 0 }, parity.ToString());
            // Where all are certain any numbers would do.
            if (index == 0) Assert.InRange(net.Probabilities.Count(static one => one is > 0.01f and < 0.99f), net.Probabilities.Length / 10, net.Probabilities.Length);
        }
        return [.. proto.Graph.Input.Concat(proto.Graph.Output).Select(static value =>
            $"{value.Name} {string.Join(' ', value.Type.TensorType.Shape.Dim.Select(static side => side.HasDimParam ? side.DimParam : $"{side.DimValue}"))}")];
    }
}
