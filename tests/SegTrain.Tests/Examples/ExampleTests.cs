using System.Diagnostics;
using Google.Protobuf;
using SegTrain.Core.Export;
using SegTrain.Tests.Core.Export;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Examples;

/// <summary>The programs of examples/ make of an image what the net does.</summary>
public sealed class ExampleTests
{
    [Theory]
    [InlineData("OnnxRuntime", false)]
    [InlineData("OnnxRuntime", true)]
    [InlineData("MlNet", true)]
    public void The_mask_is_that_of_the_net(string example, bool isFixed)
    {
        using var folder = new TemporaryFolder();
        using var model = SavedModel.Open(folder.File("a.safetensors"), Small, SavedModel.Card(3));
        File.WriteAllBytes(folder.File("a.onnx"), OnnxModel.Of(model, isFixed ? (13, 18) : null, half: false).ToByteArray());
        var (planes, shape) = Picture.Write(folder.File("image.png"), 18, 13);
        var program = Path.Combine(AppContext.BaseDirectory, "..", "..", $"Examples.{example}", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), $"Examples.{example}.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", [program, folder.File("a.onnx"), folder.File("image.png"), folder.File("mask.png")]) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        Assert.Equal(Prediction.Of(model, planes, shape).Classes, Picture.Classes(folder.File("mask.png")));
    }
}
