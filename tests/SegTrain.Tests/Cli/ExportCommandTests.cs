using Onnx;
using SegTrain.Core.Export;
using SegTrain.Tests.Core.Export;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private readonly SegTrainProgram _program = new();
    private readonly TemporaryFolder _folder = new();

    private string Model => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_becomes_a_file_and_two_lines()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(3));
        Assert.Equal(0, _program.Run("export", Model, "--format", "onnx", "--out", _folder.File("a.onnx")));
        Assert.StartsWith($"{_folder.File("a.onnx")}: ", _program.Out);
        Assert.Equal(2, _program.Out.Count(static one => one == '\n'));
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(_folder.File("a.onnx")));
        Assert.Equal((8, 17), (model.IrVersion, Assert.Single(model.OpsetImport).Version));
    }

    [Fact]
    public void A_file_that_computes_something_else_is_exit_code_1_and_no_file()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(3));
        var damaged = new SegTrainProgram { Export = static (request, log) => ModelExport.Run(request, log, static file => ModelExportTests.Corrupt(file, "decoder.0.conv1.weight")) };
        Assert.Equal(1, damaged.Run("export", Model, "--format", "onnx"));
        Assert.Contains("segtrain: internal error: the ONNX file does not compute what the net does, and was not kept", damaged.Error);
        Assert.Equal([Model], Directory.GetFiles(_folder.Path));
    }

    /// <summary>It is as large as the rest of the program, LibTorch left out.</summary>
    [Fact]
    public void Nobody_else_loads_ONNX_Runtime()
    {
        SavedModel.Write(Model, Small, SavedModel.Card(3));
        Assert.DoesNotContain("libonnxruntime", Loaded("--help"));
        Assert.DoesNotContain("libonnxruntime", Loaded("export", Model, "--format", "safetensors"));
        Assert.Contains("libonnxruntime", Loaded("export", Model, "--format", "onnx"));

        // The loader of Linux says so on stderr.
        string Loaded(params string[] arguments)
        {
            var (code, said) = RealProgram.StartBy(_folder.Path, "LD_DEBUG=files exec \"$@\"", arguments).Ended();
            Assert.Equal(0, code);
            Assert.Contains("libcoreclr", said);
            return said;
        }
    }

    [Theory]
    [InlineData(2, "export --format onnx", "Required argument 'RUN|")]
    [InlineData(2, "export MODEL", "Option '--format' is required.")]
    [InlineData(2, "export MODEL --format onxx", "--format onxx: must be onnx or safetensors")]
    [InlineData(2, "export MODEL --format onnx --size 256", "--size 256: must be height x width in pixels, each from 1 to 65536 and 64 million in all, such as 256x320")]
    [InlineData(2, "export MODEL --format onnx --size 0x320", "--size 0x320: must be ")]
    [InlineData(2, "export MODEL --format onnx --size 9000x9000", "--size 9000x9000: must be ")]
    [InlineData(2, "export MODEL --format onnx --size 256x+20", "--size 256x+20: must be ")]
    [InlineData(2, "export MODEL --format onnx --size 256x320 --fp16", "--size is for ML.NET, which reads no float16: leave out --fp16 or --size")]
    [InlineData(2, "export MODEL --format safetensors --fp16", "--size and --fp16 are forms of --format onnx: leave them out")]
    [InlineData(2, "export MODEL --format onnx --out no/such/folder/a.onnx", "--out no/such/folder/a.onnx: there is no folder ")]
    [InlineData(2, "export MODEL --format onnx --out FOLDER", "--out FOLDER: is a folder; name a file in it")]
    [InlineData(2, "export MODEL --format onnx --out MODEL", "--out MODEL: is the model itself; name another place")]
    [InlineData(2, "export MODEL --format safetensors --out FOLDER --force", "--out FOLDER: is the model itself; name another place")]
    [InlineData(2, "export MODEL --format safetensors --out FOLDER/there.onnx", "--out FOLDER/there.onnx: is a file; name a folder")]
    [InlineData(2, "export MODEL --format onnx --out FOLDER/there.onnx", "--out FOLDER/there.onnx: is there already; --force replaces it")]
    [InlineData(2, "export MODEL --format onnx --out /proc/a.onnx", "--out /proc/a.onnx: ")]
    [InlineData(4, "export runs/none --format onnx", "runs/none does not exist; name a run, a checkpoint or its model.safetensors")]
    [InlineData(4, "export FOLDER/empty --format onnx", "FOLDER/empty holds no model: ")]
    [InlineData(4, "export FOLDER/there.onnx --format onnx --out FOLDER/b.onnx", "FOLDER/there.onnx is no model: ")]
    public void What_is_wrong_is_one_message_and_its_exit_code(int code, string line, string expected)
    {
        SavedModel.Write(Model, Small, SavedModel.Card(3));
        Directory.CreateDirectory(_folder.File("empty"));
        File.WriteAllText(_folder.File("there.onnx"), "before");
        Assert.Equal(code, _program.Run([.. line.Split(' ').Select(Named)]));
        Assert.StartsWith($"segtrain: {Named(expected)}", _program.Error);
        Assert.Equal("", _program.Out);
        Assert.Equal(["model.safetensors", "there.onnx"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order());

        string Named(string text) => text.Replace("MODEL", Model, StringComparison.Ordinal).Replace("FOLDER", _folder.Path, StringComparison.Ordinal);
    }
}
