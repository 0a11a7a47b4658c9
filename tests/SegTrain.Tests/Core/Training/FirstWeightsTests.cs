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
        Assert.Equal([$"Information first weights: 58 of 58 tensors, 100 % of the net's numbers, from {folder.File(file)}"], said);
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
        var taken = here.Parameters.All.Where(static one => !one.Name.StartsWith("head", StringComparison.Ordinal) && !one.Name.StartsWith("attention", StringComparison.Ordinal)).Sum(static one => one.Length);
        Assert.Equal(
            [
                $"Information first weights: 56 of 68 tensors, {100.0 * taken / here.Parameters.All.Sum(static one => one.Length):0.#} % of the net's numbers, from {folder.File("one.safetensors")}",
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
        Assert.Equal($"model.weights: {folder.File("none")} is no file of weights, and no checkpoint or run with one", Refused(ExitCode.Config, folder.File("none"), net));
    }

    /// <summary>A share of the numbers that is worked out here.</summary>
    [Fact]
    public void Less_than_half_of_the_numbers_is_taken_on_demand_only()
    {
        using var folder = new TemporaryFolder();
        using var there = Net(Small, seed: 1);
        using var here = Net(Small, seed: 2);
        var (few, before) = (Checkpoint.Tensors(there.Parameters).Where(static one => one.Name.StartsWith("encoder.0", StringComparison.Ordinal)).ToList(), Text(here));
        AtomicFile.Write(folder.File("few"), stream => Safetensors.Write(stream, few, []));
        var share = 100.0 * few.Sum(static one => one.Value.NumberOfElements) / here.Parameters.All.Sum(static one => one.Length);
        Assert.InRange(share, 1, 49);
        var refused = Refused(ExitCode.Config, folder.File("few"), here);
        Assert.Contains($"few fits in {few.Count} of 58 tensors, {share:0.#} % of the net's numbers, and all else would begin at random; ", refused);
        Assert.Contains("model.weights_partial: true\nnot there: ", refused);
        Assert.Equal(before, Text(here));
        Load(folder.File("few"), here, partial: true);
        Assert.All(few, one => Assert.Equal(Values(there)[one.Name], Values(here)[one.Name]));
    }

    [Fact]
    public void A_map_gives_tensors_of_other_names_their_places()
    {
        using var folder = new TemporaryFolder();
        using var there = Net(Small, seed: 1);
        using var here = Net(Small, seed: 2);
        AtomicFile.Write(folder.File("other"), stream => Safetensors.Write(stream, [.. Checkpoint.Tensors(there.Parameters).Select(static one =>
            (one.Name.StartsWith("encoder", StringComparison.Ordinal) ? $"down.{one.Name[8..]}.x" : one.Name == "head.weight" ? "last" : one.Name, one.Value))], []));
        File.WriteAllText(folder.File("map"), "# theirs are longer\n\nencoder.* = down.*.x\nhead.weight=last\n");
        Assert.Equal([$"Information first weights: 58 of 58 tensors, 100 % of the net's numbers, from {folder.File("other")}"], Load(folder.File("other"), here, folder.File("map")));
        Assert.Equal(Text(there), Text(here));
    }

    [Fact]
    public void All_that_is_wrong_with_a_map_is_said_with_its_lines()
    {
        using var folder = new TemporaryFolder();
        using var net = Net(Small);
        AtomicFile.Write(folder.File("other"), stream => Safetensors.Write(stream, [("last.bias", net.Parameters.All.Single(static one => one.Name == "head.bias").Value)], []));
        File.WriteAllText(folder.File("map"), "head.bias = last.bias\nhead.bias = last.bias\nhead.weigth = last.bias\nhead.weight = last.bios\nnone\nencoder.* = last\ninput.mean = last.bias\n");
        Assert.Equal(
            $"""
            model.weights_map: {folder.File("map")} does not fit
            line 2: head.bias has its tensor by line 1 already
            line 3: the net has no tensor head.weigth; did you mean 'head.weight'?
            line 4: the weights have no tensor last.bios; did you mean 'last.bias'?
            line 5: 'none' is not of the form ours = theirs, with one * on each side or none
            line 6: 'encoder.* = last' is not of the form ours = theirs, with one * on each side or none
            line 7: last.bias is F32 (2), and input.mean is F32 (1, 3, 1, 1)
            """,
            Refused(ExitCode.Config, folder.File("other"), net, folder.File("map")), ignoreLineEndingDifferences: true);
        Assert.Contains("model.weights_map: ", Refused(ExitCode.Config, folder.File("other"), net, folder.File("none")));
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

    private static string Refused(ExitCode code, string path, SegmentationNet net, string? map = null)
    {
        var refused = Assert.Throws<SegTrainException>(() => Load(path, net, map));
        Assert.Equal(code, refused.Code);
        return refused.Message;
    }

    private static List<string> Load(string path, SegmentationNet net, string? map = null, bool partial = false)
    {
        var lines = new List<string>();
        using var log = LogListener.Of(line => lines.Add($"{line.Level} {line.RenderMessage().Replace("\"", "")}"));
        FirstWeights.Load(new() { Weights = path, WeightsMap = map, WeightsPartial = partial }, net.Parameters, log);
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
