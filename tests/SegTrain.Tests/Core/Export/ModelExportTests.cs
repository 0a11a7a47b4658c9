using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using Onnx;
using SegTrain.Core;
using SegTrain.Core.Export;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Core.Export;

public sealed class ModelExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _said = [];

    private string Model => _folder.File("run/checkpoints/best/model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_gets_a_file_that_was_tried_on_its_validation_images()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4), Synthetic(validation: 3));
        var done = Export(new(_folder.File("run"), ExportFormat.Onnx));
        Assert.Equal(_folder.File("run/model.onnx"), done.Path);
        Assert.Equal([done.Path], Directory.GetFiles(_folder.File("run")));
        Assert.StartsWith($"{done.Path}: 0.0", done.Lines[0]);
        Assert.Matches(@"^as the net computes, by ONNX Runtime 1\.\d+\.\d+ on 2 validation images: largest difference of a probability \d\.\de-\d+ \(limit 1e-4\); another class at 0 of 1152 pixels$", done.Lines[1]);
        Assert.Empty(_said);
    }

    [Fact]
    public void An_export_that_is_stopped_leaves_nothing()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4), Synthetic(validation: 2));
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Export(new(_folder.File("run"), ExportFormat.Onnx) { Stop = stop.Token }, _ => stop.Cancel()));
        Assert.Empty(Directory.GetFiles(_folder.File("run")));
    }

    [Fact]
    public void Of_a_fixed_size_they_are_brought_to_it()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4), Synthetic(validation: 2));
        var done = Export(new(_folder.File("run"), ExportFormat.Onnx, Size: (9, 12)));
        Assert.Equal(_folder.File("run/model-9x12.onnx"), done.Path);
        Assert.Matches("on 2 validation images: .* at 0 of 216 pixels$", done.Lines[1]);
    }

    [Theory]
    [InlineData(1, "its data set has a single image for validation")]
    [InlineData(0, "gone: no such folder or file")]
    public void Without_them_it_is_tried_on_random_ones_and_says_why(int validation, string why)
    {
        var run = validation == 0 ? new RunConfig { Data = new() { Path = "gone" } } : Synthetic(validation);
        SavedModel.Write(Model, Small, SavedModel.Card(4), run);
        Assert.Contains(" on random images: ", Export(new(Model, ExportFormat.Onnx, Size: (9, 12))).Lines[1]);
        Assert.StartsWith($"Information the file is tried on random images: {why}", Assert.Single(_said));
    }

    [Theory]
    [InlineData("encoder.1.conv2.weight", false)]
    [InlineData("head.bias", true)]
    public void A_file_that_is_not_the_net_is_a_bug_and_goes(string weight, bool half)
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4), Synthetic(validation: 2));
        var wrong = Assert.Throws<InvalidOperationException>(() => Export(new(_folder.File("run"), ExportFormat.Onnx, Half: half), file => Corrupt(file, weight)));
        Assert.StartsWith("the ONNX file does not compute what the net does, and was not kept: on 2 validation images largest difference", wrong.Message);
        Assert.Empty(Directory.GetFiles(_folder.File("run")));
    }

    [Fact]
    public void A_net_without_finite_numbers_is_no_bug_of_the_export()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4) with { Temperatures = [double.Epsilon] }, Synthetic(validation: 2));
        var refused = Assert.Throws<SegTrainException>(() => Export(new(_folder.File("run"), ExportFormat.Onnx)));
        Assert.Equal((ExitCode.Data, $"{Model}: what the net itself computes are no finite numbers; export another checkpoint"), (refused.Code, refused.Message));
        Assert.Empty(Directory.GetFiles(_folder.File("run")));
    }

    [Fact]
    public void Temperatures_are_one_or_one_a_class()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4) with { Temperatures = [1, 2] }, Synthetic(validation: 2));
        var refused = Assert.Throws<SegTrainException>(() => Export(new(_folder.File("run"), ExportFormat.Onnx)));
        Assert.Equal((ExitCode.Data, $"{Model} is no model: its card has numbers that cannot be"), (refused.Code, refused.Message));
    }

    [Fact]
    public void The_file_that_was_there_stays_where_the_new_one_is_wrong()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(4), Synthetic(validation: 2));
        var place = _folder.File("a.onnx");
        File.WriteAllText(place, "before");
        Assert.Throws<InvalidOperationException>(() => Export(new(Model, ExportFormat.Onnx, place, Force: true), file => Corrupt(file, "head.weight")));
        Assert.Equal("before", File.ReadAllText(place));
        Export(new(Model, ExportFormat.Onnx, place, Force: true));
        Assert.NotEqual("before", File.ReadAllText(place));
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        var run = new RunConfig { Data = new() { Path = "gone", Resize = [40, 30], Fit = SegTrain.Core.Data.FitMode.Letterbox } };
        SavedModel.Write(Model, Small, SavedModel.Card(3) with { Temperatures = [2], Threshold = 0.25 }, run);
        using var file = new OnnxRun(Export(new(Model, ExportFormat.Onnx)).Path);
        var said = file.Metadata;
        Assert.All(said.Keys, static key => Assert.StartsWith("segtrain.", key));
        Assert.Equal("""[{"name":"class 0","value":"0","color":"#000000"},{"name":"class 1","value":"1","color":"#000001"},{"name":"class 2","value":"2","color":"#000002"}]""",
            said["segtrain.classes"]);
        Assert.Equal(("1.2.3", "multiclass", "3", "4"), (said["segtrain.version"], said["segtrain.mode"], said["segtrain.channels"], said["segtrain.stride"]));
        Assert.Equal(("0.25", "[2]", """{"val.dice":0.75}"""), (said["segtrain.threshold"], said["segtrain.temperatures"], said["segtrain.metrics"]));
        Assert.Equal(("[40,30]", "letterbox"), (said["segtrain.resize"], said["segtrain.fit"]));
        Assert.Equal(3, JsonDocument.Parse(said["segtrain.mean"]).RootElement.GetArrayLength());
        Assert.Equal(3, JsonDocument.Parse(said["segtrain.std"]).RootElement.GetArrayLength());
        Assert.Contains("letterbox", said["segtrain.config"]);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Model))), said["segtrain.model_sha256"]);
    }

    [Fact]
    public void PyTorch_gets_a_folder()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(3));
        var done = Export(new(_folder.File("run"), ExportFormat.Safetensors));
        Assert.Equal(_folder.File("run/pytorch"), done.Path);
        Assert.Equal(["config.json", "model.safetensors"], Directory.GetFiles(done.Path).Select(Path.GetFileName).Order());
    }

    private static RunConfig Synthetic(int validation) => new() { Data = new() { Synthetic = new() { Train = 4, Validation = validation, Size = 24 } } };

    private ExportResult Export(ExportRequest request, Action<string>? tamper = null)
    {
        using var log = LogListener.Of(line =>
        {
            if (line.Level > Serilog.Events.LogEventLevel.Debug) _said.Add($"{line.Level} {line.RenderMessage()}");
        });
        return ModelExport.Run(request, log, tamper);
    }

    /// <summary>Changes one number by what its type holds of 1/8.</summary>
    internal static void Corrupt(string file, string weight)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(file));
        var tensor = model.Graph.Initializer.Single(one => one.Name == weight);
        var bytes = tensor.RawData.ToByteArray();
        // The sign, and the highest of the exponent's bits that such numbers have.
        bytes[bytes.Length / 2 / 4 * 4 - 1] ^= 0xB0;
        tensor.RawData = ByteString.CopyFrom(bytes);
        File.WriteAllBytes(file, model.ToByteArray());
    }
}
