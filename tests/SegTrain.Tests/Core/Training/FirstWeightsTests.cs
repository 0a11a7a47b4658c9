using SegTrain.Core;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Seeded))]
public sealed class FirstWeightsTests
{
    [Theory]
    [InlineData("best/model.safetensors", "best/model.safetensors")]
    [InlineData("best/model.safetensors", "best")]
    [InlineData("run/checkpoints/best/model.safetensors", "run")]
    public void All_of_the_same_net_is_taken(string file, string path)
    {
        using var folder = new TemporaryFolder();
        using var there = Net(Small, seed: 1);
        using var here = Net(Small, seed: 2);
        Save(folder.File(file), there);
        Assert.NotEqual(Text(there), Text(here));
        var said = Load(folder.File(path), here);
        Assert.Equal(Text(there), Text(here));
        Assert.Equal([$"Information first weights: 58 of 58 tensors from {folder.File(file)}"], said);
    }

    [Fact]
    public void What_is_not_there_and_the_head_of_other_classes_keep_their_first_values()
    {
        using var folder = new TemporaryFolder();
        using var there = Net(Small with { DeepSupervision = true }, outputs: 3, seed: 1);
        var config = Small with { Attention = true };
        using var here = Net(config, outputs: 2, seed: 2);
        using var first = Net(config, outputs: 2, seed: 2);
        Save(folder.File("one.safetensors"), there);
        var said = Load(folder.File("one.safetensors"), here);
        var (ours, theirs, firsts) = (Values(here), Values(there), Values(first));
        Assert.NotEmpty(ours);
        Assert.All(ours, one => Assert.Equal(one.Key.StartsWith("head", StringComparison.Ordinal) || one.Key.StartsWith("attention", StringComparison.Ordinal) ? firsts[one.Key] : theirs[one.Key], one.Value));
        Assert.Equal(
            [
                $"Information first weights: 56 of 68 tensors from {folder.File("one.safetensors")}",
                "Warning first weights: they are of another number of classes there and begin at random: head.weight, head.bias",
                "Warning first weights: they are not there and begin at random: attention.1.skip.weight, attention.1.gate.weight, attention.1.gate.bias, "
                    + "attention.1.psi.weight, attention.1.psi.bias, attention.0.skip.weight, attention.0.gate.weight, attention.0.gate.bias, and 2 more",
                "Warning first weights: they are there and this net has no use for them: head.1.weight, head.1.bias",
            ],
            said);
    }

    [Fact]
    public void Another_net_is_refused_with_all_that_differs()
    {
        using var folder = new TemporaryFolder();
        using var there = Net(Small with { Depth = 1, Norm = Norm.None }, channels: 1);
        using var here = Net(Small with { Depth = 1, Norm = Norm.None });
        Save(folder.File("one.safetensors"), there);
        var before = Text(here);
        Assert.Equal(
            $"""
            model.weights: {folder.File("one.safetensors")} is of another net; set model.* and data.channels as they were there
            encoder.0.conv1.weight is F32 (4, 1, 3, 3) there and F32 (4, 3, 3, 3) here
            input.mean is F32 (1, 1, 1, 1) there and F32 (1, 3, 1, 1) here
            input.std is F32 (1, 1, 1, 1) there and F32 (1, 3, 1, 1) here
            """,
            Refused(ExitCode.Config, folder.File("one.safetensors"), here),
            ignoreLineEndingDifferences: true);
        Assert.Equal(before, Text(here));
    }

    [Fact]
    public void A_file_without_any_of_the_names_a_damaged_one_and_none_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var net = Net(Small);
        using (var stream = File.Create(folder.File("other.safetensors"))) Safetensors.Write(stream, [("a", net.Parameters.Values)], new Dictionary<string, string>());
        File.WriteAllText(folder.File("broken.safetensors"), "not a safetensors file");
        Assert.Contains("has no tensor of this net; it has a, the net encoder.0.conv1.weight, ", Refused(ExitCode.Config, folder.File("other.safetensors"), net));
        Assert.Contains("cannot be read: ", Refused(ExitCode.Data, folder.File("broken.safetensors"), net));
        Assert.Equal($"model.weights: {folder.File("none")} is no safetensors file, and no checkpoint or run with one", Refused(ExitCode.Config, folder.File("none"), net));
    }

    [Fact]
    public void A_run_begins_where_another_ended()
    {
        using var folder = new TemporaryFolder();
        string[] keys = ["optimizer.learning_rate=0.01", "train.epochs=6"];
        ShortRun.EpochsIn(folder.Path, [.. keys, "train.name=first"]);
        var (random, tuned) = (ShortRun.Epochs(keys), ShortRun.Epochs([.. keys, $"model.weights={folder.File("first")}", "model.freeze=[encoder.*]"]));
        Assert.True(tuned[0]["train.loss"] < 0.9 * random[0]["train.loss"], $"{random[0]["train.loss"]} and {tuned[0]["train.loss"]}");
    }

    private static string Refused(ExitCode code, string path, SegmentationNet net)
    {
        var refused = Assert.Throws<SegTrainException>(() => Load(path, net));
        Assert.Equal(code, refused.Code);
        return refused.Message;
    }

    private static List<string> Load(string path, SegmentationNet net)
    {
        var lines = new List<string>();
        using var log = LogListener.Of(line => lines.Add($"{line.Level} {line.RenderMessage().Replace("\"", "")}"));
        FirstWeights.Load(path, net.Parameters, log);
        return lines;
    }

    private static void Save(string path, SegmentationNet net)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, stream => Safetensors.Write(stream, Checkpoint.Tensors(net.Parameters), new Dictionary<string, string>()));
    }

    private static Dictionary<string, string> Values(SegmentationNet net) =>
        net.Parameters.All.ToDictionary(static one => one.Name, static one => string.Join(' ', Numbers(one.Value)));

    private static string Text(SegmentationNet net) => string.Join('\n', Values(net));
}
