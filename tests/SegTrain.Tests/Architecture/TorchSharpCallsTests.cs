using SegTrain.Core;
using SegTrain.Losses;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>Windows has another TorchSharp than the other platforms: what is called has to be in both.</summary>
public sealed class TorchSharpCallsTests
{
    private static readonly string Kept = Repository.File("tests/SegTrain.Tests/Architecture/torchsharp-calls.txt");

    [Fact]
    public void What_is_called_of_TorchSharp_is_the_kept_list()
    {
        var called = new[] { typeof(SegTrainException).Assembly, typeof(SegmentationMode).Assembly }
            .SelectMany(static assembly => CalledMembers.Of(assembly, typeof(TorchSharp.torch).Assembly))
            .Select(static member => WithoutSpans(ApiText.Of(member))).Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.True(called.Count > 100);
        if (Repository.RewritesGoldens) File.WriteAllLines(Kept, called);
        Assert.Equal(File.ReadLines(Kept), called);
    }

    [Theory]
    [InlineData("0.105.2")]
    [InlineData("0.107.0")]
    public void The_kept_list_is_part_of(string version)
    {
        var whole = File.ReadLines(Repository.SharedFile($"api/torchsharp-{version}.txt"));
        Assert.Empty(File.ReadLines(Kept).Except(whole));
    }

    // A collection expression takes cat's overload with a span where there is one, from 0.106.0 on, and the one with a list before: the same source calls both.
    private static string WithoutSpans(string line) =>
        line.Replace("System.ReadOnlySpan<TorchSharp.torch.Tensor>", "System.Collections.Generic.IList<TorchSharp.torch.Tensor>", StringComparison.Ordinal);
}
