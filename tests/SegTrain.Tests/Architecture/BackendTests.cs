using System.Diagnostics;
using System.Text.Json;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>What MSBuild makes of <c>-p:TorchBackend</c>: the pinned packages, read from the evaluated project.</summary>
public sealed class BackendTests
{
    [Theory]
    [InlineData("cpu", "TorchSharp-cpu", "SixLabors.ImageSharp")]
    [InlineData("cuda", "TorchSharp-cuda-linux", "SixLabors.ImageSharp")]
    [InlineData("system")]
    public void A_backend_is_its_packages(string backend, params string[] wanted)
    {
        Assert.SkipWhen(backend == "cuda" && OperatingSystem.IsWindows(), "cuda is another package on Windows");
        var packages = Evaluate(backend, "PackageReference").Where(static name => name.StartsWith("TorchSharp", StringComparison.Ordinal) || name.StartsWith("Six", StringComparison.Ordinal));
        Assert.Equal(wanted.Order(StringComparer.Ordinal), packages.Order(StringComparer.Ordinal));
        var dropIn = Evaluate(backend, "ProjectReference").Any(static path => path.Contains("SegTrain.LibTorch", StringComparison.Ordinal));
        Assert.Equal(backend == "system", dropIn);
    }

    [Fact]
    public void Versions_are_pinned_in_one_place()
    {
        using var items = Run("cpu", "-getItem:PackageVersion");
        var versions = items.RootElement.GetProperty("Items").GetProperty("PackageVersion").EnumerateArray()
            .ToDictionary(static item => item.GetProperty("Identity").GetString()!, static item => item.GetProperty("Version").GetString());
        Assert.Equal("0.105.2", versions["TorchSharp-cpu"]);
        Assert.Equal("0.105.2", versions["TorchSharp-cuda-linux"]);
        Assert.Equal("0.105.2", versions["TorchSharp-cuda-windows"]);
        Assert.Equal("3.1.12", versions["SixLabors.ImageSharp"]);
    }

    private static string[] Evaluate(string backend, string kind)
    {
        using var items = Run(backend, $"-getItem:{kind}");
        return [.. items.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray().Select(static item => item.GetProperty("Identity").GetString()!)];
    }

    private static JsonDocument Run(string backend, string query)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Repository.File("src/SegTrain.Core"), $"-p:TorchBackend={backend}", query]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return JsonDocument.Parse(output);
    }
}
