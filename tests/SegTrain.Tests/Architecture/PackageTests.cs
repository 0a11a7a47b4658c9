using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>What MSBuild makes of a platform, <c>TorchBackend</c> and <c>LIBTORCH</c>: packages and versions, read from the evaluated project.</summary>
public sealed class PackageTests
{
    [Theory]
    [InlineData("cpu", "linux-x64", "2.10.0", "TorchSharp 0.107.0", "libtorch-cpu-linux-x64 2.10.0")]
    [InlineData("cpu", "osx-arm64", "2.10.0", "TorchSharp 0.107.0", "libtorch-cpu-osx-arm64 2.10.0")]
    [InlineData("cpu", "win-arm64", "2.10.0", "TorchSharp 0.107.0", "libtorch-cpu-win-arm64 2.10.0")]
    [InlineData("cpu", "win-x64", "2.7.1", "TorchSharp 0.105.2", "libtorch-cpu-win-x64 2.7.1")]
    [InlineData("cuda", "linux-x64", "2.10.0", "TorchSharp 0.107.0", "TorchSharp-cuda-linux 0.107.0")]
    [InlineData("cuda", "win-x64", "2.5.1", "TorchSharp 0.105.1", "TorchSharp-cuda-windows 0.105.1")]
    public void The_engine_is_the_packages_of_one_platform(string backend, string platform, string libTorch, params string[] wanted)
    {
        using var project = Evaluated($"-p:TorchBackend={backend}", $"-p:RuntimeIdentifier={platform}");
        Assert.Equal(wanted, Tensors(project));
        Assert.Equal(libTorch, Noted(project)["LibTorchVersion"]);
    }

    [Fact]
    public void A_build_for_no_named_platform_is_for_this_one()
    {
        using var here = Evaluated("-p:TorchBackend=cpu");
        using var named = Evaluated("-p:TorchBackend=cpu", $"-p:RuntimeIdentifier={here.RootElement.GetProperty("Properties").GetProperty("NETCoreSdkPortableRuntimeIdentifier").GetString()}");
        Assert.Equal(Tensors(named), Tensors(here));
    }

    [Theory]
    [InlineData("cpu", "linux-x64", "TorchSharp 0.107.0")]
    [InlineData("cuda", "linux-x64", "TorchSharp 0.107.0")]
    [InlineData("cpu", "win-x64", "TorchSharp 0.105.2")]
    [InlineData("cuda", "win-x64", "TorchSharp 0.105.2")]
    [InlineData("cpu", "linux-arm64", "TorchSharp 0.107.0")]
    public void A_folder_of_LibTorch_takes_the_place_of_its_package(string backend, string platform, string wanted)
    {
        using var folder = new TemporaryFolder();
        using var project = Evaluated($"-p:TorchBackend={backend}", $"-p:RuntimeIdentifier={platform}", $"-p:LIBTORCH={folder.Path}");
        Assert.Equal([wanted], Tensors(project));
        var told = Noted(project);
        Assert.Equal(folder.Path, told["LibTorchFolder"]);
        Assert.Equal(wanted == "TorchSharp 0.105.2" ? "2.7.1" : "2.10.0", told["LibTorchVersion"]);
    }

    [Theory]
    [InlineData("cpu", "linux-arm64")]
    [InlineData("cuda", "osx-arm64")]
    [InlineData("rocm", "linux-x64")]
    public void What_no_package_is_for_is_refused_with_those_that_are_there(string backend, string platform)
    {
        var (code, output) = MSBuild("-t:CollectPackageReferences", $"-p:TorchBackend={backend}", $"-p:RuntimeIdentifier={platform}");
        Assert.NotEqual(0, code);
        Assert.Contains($"TorchBackend={backend} on {platform}", output, StringComparison.Ordinal);
        Assert.Contains("libtorch-cpu-linux-x64", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_are_pinned_in_one_place_and_none_is_idle()
    {
        var references = Elements("PackageReference").ToList();
        Assert.All(references, static reference => Assert.True(reference.Attribute("Version") is null && reference.Attribute("VersionOverride") is null, reference.ToString()));
        var pinned = Elements("PackageVersion").Select(static version => version.Attribute("Include")?.Value).OfType<string>().ToList();
        Assert.Equal(pinned.Distinct(), pinned);
        // LibTorch's are told apart by platform: above.
        Assert.Empty(pinned.Where(static name => !name.StartsWith("libtorch-", StringComparison.Ordinal) && !name.StartsWith("TorchSharp-", StringComparison.Ordinal))
            .Except(references.Select(static reference => reference.Attribute("Include")!.Value)));
    }

    private static IEnumerable<XElement> Elements(string name) =>
        new[] { "*.csproj", "*.props", "*.targets" }
            .SelectMany(static pattern => new[] { "src", "tests", "bench", "examples", "eng" }
                .SelectMany(folder => Directory.EnumerateFiles(Repository.File(folder), pattern, SearchOption.AllDirectories))
                .Concat(Directory.EnumerateFiles(Repository.Root, pattern)))
            .SelectMany(file => XDocument.Load(file).Descendants(name));

    private static List<string> Tensors(JsonDocument project)
    {
        var versions = Items(project, "PackageVersion").ToDictionary(static item => item.GetProperty("Identity").GetString()!, static item => item.GetProperty("Version").GetString());
        return [.. Items(project, "PackageReference").Select(static item => item.GetProperty("Identity").GetString()!)
            .Where(static name => name.Contains("torch", StringComparison.OrdinalIgnoreCase)).Select(name => $"{name} {versions[name]}")];
    }

    private static Dictionary<string, string?> Noted(JsonDocument project) =>
        Items(project, "AssemblyMetadata").ToDictionary(static item => item.GetProperty("Identity").GetString()!, static item => item.GetProperty("Value").GetString());

    private static JsonElement[] Items(JsonDocument project, string kind) => [.. project.RootElement.GetProperty("Items").GetProperty(kind).EnumerateArray()];

    private static JsonDocument Evaluated(params IEnumerable<string> properties)
    {
        var (code, output) = MSBuild([.. properties, "-getItem:PackageReference,PackageVersion,AssemblyMetadata", "-getProperty:NETCoreSdkPortableRuntimeIdentifier"]);
        Assert.True(code == 0, output);
        return JsonDocument.Parse(output);
    }

    private static (int Code, string Output) MSBuild(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", Repository.File("src/SegTrain.Core"), .. arguments]) { RedirectStandardOutput = true };
        // Settings of whoever runs the tests.
        foreach (var name in new[] { "LIBTORCH", "SEGTRAIN_BACKEND" }) start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
