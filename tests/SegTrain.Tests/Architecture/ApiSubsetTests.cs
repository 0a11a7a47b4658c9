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

    // A property that TorchSharp lets set may be one that we only let read.
    private static string ReadOnly(string line) => line.Replace("{ get; set; }", "{ get; }", StringComparison.Ordinal);
}
