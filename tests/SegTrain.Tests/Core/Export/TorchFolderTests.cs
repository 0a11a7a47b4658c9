using System.Diagnostics;
using System.Globalization;
using SegTrain.Core;
using SegTrain.Core.Export;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Export;

/// <summary>docs/unet.py has the logits of the net.</summary>
public sealed class TorchFolderTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    // To look for them is quicker than to load them.
    private static readonly Lazy<bool> s_hasTorch = new(static () =>
        File.Exists(Python) && Run("-c", "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ['torch', 'PIL', 'numpy'])))").Code == 0);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>All nets in one process: starting PyTorch takes longer than the rest.</summary>
    [Fact]
    public void PyTorch_has_the_same_logits()
    {
        Assert.SkipUnless(s_hasTorch.Value, "python3-torch or python3-pil is not installed");
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        (ModelConfig Config, int Channels)[] nets =
        [
            .. from norm in Enum.GetValues<Norm>() from up in Enum.GetValues<Upsampling>() select (Small with { Norm = norm, Up = up, Width = 6 }, 3),
            (Small with { Patch = 2, DeepSupervision = true }, 4), (Small with { Patch = 3, Norm = Norm.Group, Width = 16 }, 1),
        ];
        var wanted = new List<Tensor>();
        foreach (var (index, (config, channels)) in nets.Index())
        {
            var images = Uniform(index, 2, channels, 13, 18);
            using var model = SavedModel.Open(_folder.File($"{index}.safetensors"), config, SavedModel.Card(3, channels));
            TorchFolder.Write(_folder.File($"{index}"), model);
            using var stream = File.Create(_folder.File($"images-{index}.safetensors"));
            Safetensors.Write(stream, [("images", images)], new Dictionary<string, string>());
            wanted.Add(model.Net.Infer(images));
        }
        var (code, output) = Run(Repository.File("tests/SegTrain.Tests/Core/Export/logits.py"), _folder.Path, $"{nets.Length}");
        Assert.True(code == 0, output);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(nets.Length, lines.Length);
        Assert.All(lines.Zip(wanted), static pair =>
        {
            var (theirs, ours) = (pair.First.Split(' ').Select(static number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray(), Numbers(pair.Second));
            Assert.Equal(theirs.Length, ours.Length);
            var range = ours.Max() - ours.Min();
            Assert.True(range > 0.1);
            Assert.InRange(theirs.Zip(ours).Max(static one => Math.Abs(one.First - one.Second)), 0, 1e-5 * range);
        });
    }

    [Fact]
    public void The_script_writes_the_mask_of_an_image()
    {
        Assert.SkipUnless(s_hasTorch.Value, "python3-torch or python3-pil is not installed");
        using var model = SavedModel.Open(_folder.File("a.safetensors"), Small, SavedModel.Card(3));
        TorchFolder.Write(_folder.File("torch"), model);
        var (planes, shape) = Picture.Write(_folder.File("image.png"), 18, 13);
        var (code, output) = Run(Repository.File("docs/unet.py"), _folder.File("torch"), _folder.File("image.png"), _folder.File("mask.png"));
        Assert.True(code == 0, output);
        Assert.Equal(Prediction.Of(model, planes, shape).Classes, Picture.Classes(_folder.File("mask.png")));
    }

    [Fact]
    public void A_net_that_the_script_cannot_build_is_refused()
    {
        using var model = SavedModel.Open(_folder.File("a.safetensors"), Of("unet++", "Residual", attention: true), SavedModel.Card(3));
        var refused = Assert.Throws<SegTrainException>(() => TorchFolder.Write(_folder.File("torch"), model));
        Assert.Equal(ExitCode.Data, refused.Code);
        Assert.Contains("this model has architecture unet++, block residual, attention; export it with --format onnx", refused.Message);
        Assert.False(Directory.Exists(_folder.File("torch")));
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, process.ExitCode == 0 ? output.Result : error.Result);
    }
}
