using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using SegTrain.Core;
using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>Cli -> Core -> Losses -> the tensor API, and nothing upward; third-party packages only where they belong.</summary>
public sealed class LayerTests
{
    private const string DropIn = "SegTrain.LibTorch";

    private static readonly Assembly Cli = Assembly.Load("segtrain");
    private static readonly Assembly Core = typeof(SegTrainException).Assembly;
    private static readonly Assembly Losses = typeof(SegmentationMode).Assembly;
    private static readonly Assembly Tensors = typeof(TorchSharp.torch).Assembly;

    [Fact]
    public void Losses_know_only_the_tensor_API() =>
        Assert.Equal([Tensors.GetName().Name!], Referenced(Losses).Where(static name => !IsFramework(name)));

    [Fact]
    public void The_tensor_layer_knows_no_one()
    {
        Assert.SkipUnless(Engine.IsDropIn, "the packages are in use, not the drop-in");
        Assert.All(Referenced(Tensors), static name => Assert.True(IsFramework(name), name));
    }

    [Fact]
    public void Core_has_no_console_and_no_command_line()
    {
        string[] allowed = [Tensors.GetName().Name!, "SegTrain.Losses", "Serilog", "YamlDotNet", "SixLabors.ImageSharp"];
        Assert.Subset(allowed.ToHashSet(), Referenced(Core).Where(static name => !IsFramework(name)).ToHashSet());
        Assert.DoesNotContain("System.Console", Referenced(Core));
    }

    /// <summary>All that is called of the drop-in is TorchSharp's API, but for two files, each of which has another half for the packages.</summary>
    [Fact]
    public void Only_the_seam_goes_past_the_TorchSharp_API()
    {
        Assert.SkipUnless(Engine.IsDropIn, "the packages are in use, not the drop-in");
        foreach (var used in new[] { ReferencedTypes(Losses, DropIn).Except(["SegTrain.LibTorch.Interop.Operator", "SegTrain.LibTorch.Interop.Argument"]), ReferencedTypes(Cli, DropIn) })
        {
            Assert.All(used, static name => Assert.StartsWith("TorchSharp", name, StringComparison.Ordinal));
        }
        Assert.Contains("SegTrain.LibTorch.Interop.Runtime", ReferencedTypes(Core, DropIn));
        var users = new[] { "src/SegTrain.Core", "src/SegTrain.Losses" }
            .SelectMany(static folder => Directory.EnumerateFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories))
            .Where(static file => File.ReadAllText(file).Contains("SegTrain.LibTorch", StringComparison.Ordinal)).ToList();
        Assert.Equal(["TorchEngine.System.cs", "RegionSums.System.cs"], users.Select(Path.GetFileName));
        Assert.All(users, static file => Assert.True(File.Exists(file.Replace(".System.cs", ".Package.cs", StringComparison.Ordinal))));
    }

    private static bool IsFramework(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32", StringComparison.Ordinal);

    private static IEnumerable<string> Referenced(Assembly assembly) => assembly.GetReferencedAssemblies().Select(static name => name.Name!);

    private static HashSet<string> ReferencedTypes(Assembly assembly, string from)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return [.. metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => (Full(metadata, type), Scope(metadata, type)))
            .Where(pair => pair.Item2 == from).Select(static pair => pair.Item1)];
    }

    private static string Full(MetadataReader metadata, TypeReference type) => type.ResolutionScope.Kind == HandleKind.TypeReference
        ? $"{Full(metadata, metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope))}.{metadata.GetString(type.Name)}"
        : $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";

    private static string Scope(MetadataReader metadata, TypeReference type) => type.ResolutionScope.Kind switch
    {
        HandleKind.TypeReference => Scope(metadata, metadata.GetTypeReference((TypeReferenceHandle)type.ResolutionScope)),
        HandleKind.AssemblyReference => metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
        _ => "",
    };
}
