using System.Reflection;
using System.Text.RegularExpressions;
using SegTrain.Core;
using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>Cli -> Core -> Losses -> Kernels and TorchSharp, and nothing upward; third-party packages only where they belong.</summary>
public sealed partial class LayerTests
{
    private static readonly Assembly Cli = Assembly.Load("segtrain");
    private static readonly Assembly Core = typeof(SegTrainException).Assembly;
    private static readonly Assembly Losses = typeof(SegmentationMode).Assembly;

    [Fact]
    public void Losses_know_only_TorchSharp_and_kernels()
    {
        Assert.Contains("TorchSharp", Referenced(Losses));
        Assert.Empty(ThirdParty(Losses).Except(["TorchSharp", "SegTrain.Kernels"]));
    }

    [Fact]
    public void Kernels_know_no_one() => Assert.Empty(ThirdParty(typeof(SegTrain.Kernels.Convolution3x3).Assembly));

    [Fact]
    public void Core_has_no_console_and_no_command_line()
    {
        Assert.Empty(ThirdParty(Core).Except(
            ["TorchSharp", "SegTrain.Losses", "SegTrain.Kernels", "Serilog", "YamlDotNet", "SixLabors.ImageSharp", "BitMiracle.LibTiff.NET", "BitMiracle.LibJpeg.NET",
                "OnnxSharp", "Google.Protobuf", "Microsoft.ML.OnnxRuntime"]));
        Assert.DoesNotContain("System.Console", Referenced(Core));
    }

    [Fact]
    public void The_command_line_knows_no_tensor() =>
        Assert.Empty(ThirdParty(Cli).Except(["SegTrain.Core", "SegTrain.Losses", "System.CommandLine", "Serilog", "Serilog.Sinks.File"]));

    [Fact]
    public void Only_the_engine_calls_native_code()
    {
        var users = Sources(NativeCode());
        Assert.NotEmpty(users);
        Assert.All(users, static file => Assert.StartsWith("src/SegTrain.Core/Engine/", file, StringComparison.Ordinal));
    }

    /// <summary>A list of TorchSharp's public members says nothing of its others.</summary>
    [Fact]
    public void Nothing_of_TorchSharp_is_reached_by_reflection() => Assert.Empty(Sources(Reflection()).Intersect(Sources(Tensors())));

    [Fact]
    public void Only_exports_know_ONNX()
    {
        var known = Core.GetTypes().SelectMany(static type => TypeReferences.Of(type).Select(other => (type.Namespace, Of: other.Assembly.GetName().Name)))
            .Where(static one => one.Of is "OnnxSharp" or "Google.Protobuf" or "Microsoft.ML.OnnxRuntime").Distinct().ToList();
        Assert.Equal(["SegTrain.Core.Export"], known.Where(static one => one.Of == "Microsoft.ML.OnnxRuntime").Select(static one => one.Namespace));
        Assert.Equal(["SegTrain.Core.Export", "SegTrain.Core.Onnx"], known.Select(static one => one.Namespace).Distinct().Order());
    }

    // System.CommandLine is no part of the framework.
    private static IEnumerable<string> ThirdParty(Assembly assembly) => Referenced(assembly)
        .Where(static name => name == "System.CommandLine" || !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Win32", StringComparison.Ordinal));

    private static IEnumerable<string> Referenced(Assembly assembly) => assembly.GetReferencedAssemblies().Select(static name => name.Name!);

    private static List<string> Sources(Regex with) =>
        [.. Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories).Where(file => with.IsMatch(File.ReadAllText(file)))
            .Select(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))];

    [GeneratedRegex(@"\b(NativeLibrary|LibraryImport|DllImport|UnmanagedCallersOnly)\b|\bdelegate\*")]
    private static partial Regex NativeCode();

    [GeneratedRegex(@"BindingFlags\.NonPublic|UnsafeAccessor|\.(GetMethods?|GetFields?|GetMembers?|InvokeMember)\(")]
    private static partial Regex Reflection();

    [GeneratedRegex(@"\bTorchSharp\b")]
    private static partial Regex Tensors();
}
