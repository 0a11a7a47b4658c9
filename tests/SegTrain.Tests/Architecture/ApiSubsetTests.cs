using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using SegTrain.Core;
using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>What is written against our drop-in must compile against TorchSharp: the drop-in has no public member that TorchSharp has not.</summary>
public sealed class ApiSubsetTests
{
    private const string List = "api/torchsharp-0.105.2.txt";

    private static readonly string Kept = Repository.File("tests/SegTrain.Tests/Architecture/torchsharp-0.105.2.txt");

    [Fact]
    public void Every_public_member_of_the_drop_in_is_one_of_TorchSharp()
    {
        Assert.SkipUnless(Engine.IsDropIn, "the packages are in use, not the drop-in");
        var ours = ApiText.Of(typeof(TorchSharp.torch).Assembly);
        Assert.True(ours.Count > 100);
        if (Repository.RewritesGoldens) File.WriteAllLines(Kept, File.ReadLines(Repository.SharedFile(List)).Where(line => ours.Contains(line) || ours.Contains(ReadOnly(line))));
        var theirs = File.ReadLines(Kept).ToHashSet();
        theirs.UnionWith(theirs.Select(ReadOnly).ToArray());
        Assert.Empty(ours.Except(theirs));
    }

    [Fact]
    public void The_kept_part_of_the_list_is_TorchSharps()
    {
        var whole = Repository.SharedFile(List);
        Assert.Empty(File.ReadLines(Kept).Except(File.ReadLines(whole)));
    }

    /// <summary>A member that nobody calls is deleted.</summary>
    [Fact]
    public void Every_public_member_of_the_drop_in_is_called()
    {
        Assert.SkipUnless(Engine.IsDropIn, "the packages are in use, not the drop-in");
        var dropIn = typeof(TorchSharp.torch).Assembly;
        var called = new[] { typeof(SegTrainException).Assembly, typeof(SegmentationMode).Assembly, Assembly.Load("segtrain"), GetType().Assembly }
            .SelectMany(MembersCalled).Where(member => member.Module.Assembly == dropIn).ToHashSet();
        var members = dropIn.GetExportedTypes().SelectMany(static type => type.GetMethods(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .Where(static method => method.GetBaseDefinition() == method && !method.IsVirtual).ToList();
        Assert.True(members.Count > 100);
        var idle = members.Except(called.OfType<MethodInfo>()).Select(static member => $"{member.DeclaringType}: {member}").ToList();
        Assert.True(idle.Count == 0, string.Join('\n', idle));
    }

    /// <summary>The members that an assembly takes from types of others.</summary>
    private static IEnumerable<MemberInfo> MembersCalled(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        foreach (var handle in metadata.MemberReferences)
        {
            // The drop-in has no generic types, and theirs need arguments.
            if (metadata.GetMemberReference(handle).Parent.Kind != HandleKind.TypeReference) continue;
            if (assembly.ManifestModule.ResolveMember(MetadataTokens.GetToken(handle)) is { } member) yield return member;
        }
    }

    // A property that TorchSharp lets set may be one that we only let read.
    private static string ReadOnly(string line) => line.Replace("{ get; set; }", "{ get; }", StringComparison.Ordinal);
}
