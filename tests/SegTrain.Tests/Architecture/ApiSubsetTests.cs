using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>What is written against our drop-in must compile against TorchSharp: the drop-in has no public member that TorchSharp has not.</summary>
public sealed class ApiSubsetTests
{
    private static readonly string Kept = Repository.File("tests/SegTrain.Tests/Architecture/torchsharp-0.105.2.txt");

    [Fact]
    public void Every_public_member_of_the_drop_in_is_one_of_TorchSharp()
    {
        Assert.SkipUnless(Engine.IsDropIn, "the packages are in use, not the drop-in");
        var ours = ApiText.Of(typeof(TorchSharp.torch).Assembly);
        Assert.True(ours.Count > 100);
        if (Repository.RewritesGoldens) File.WriteAllLines(Kept, ours);
        Assert.Empty(ours.Except(File.ReadLines(Kept)));
    }

    [Fact]
    public void The_kept_part_of_the_list_is_TorchSharps()
    {
        var whole = Repository.SharedFile("api/torchsharp-0.105.2.txt");
        Assert.Empty(File.ReadLines(Kept).Except(File.ReadLines(whole)));
    }
}
