using SegTrain.Core;
using SegTrain.Core.Recipe;
using SegTrain.Core.Files;
using SegTrain.Core.Trained;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Trained;

public sealed class ModelAmendmentTests(ModelAmendmentTests.Run run) : IClassFixture<ModelAmendmentTests.Run>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_card_is_another_and_the_tensors_are_the_same_bytes()
    {
        var file = TrainedFile.Write(_folder.File("one"));
        var (before, card) = (Tensors(file), ModelFile.Describe(file).Card);
        Amend(file, static old => old with { Temperatures = [2.5], Threshold = 0.25 });
        Assert.Equal(before, Tensors(file));
        var (amended, config) = ModelFile.Describe(file);
        Assert.Equal((card with { Temperatures = [2.5], Threshold = 0.25 }).ToJson(), amended.ToJson());
        Assert.Equal(4, config.Model.Width);
        Assert.Equal([file], Directory.GetFiles(_folder.File("one")));
    }

    [Theory]
    [InlineData("best")]
    [InlineData("last")]
    public void A_checkpoint_is_whole_with_its_checksums_and_the_run_goes_on(string name)
    {
        var (folder, checkpoint) = Copy(name);
        var file = Path.Combine(checkpoint, ModelFile.Name);
        File.WriteAllText(Path.Combine(checkpoint, "notes.txt"), "mine");
        var before = Tensors(file);
        Amend(file, static old => old with { Temperatures = [3] });
        Assert.Equal(before, Tensors(file));
        Assert.Equal([3], ModelFile.Describe(file).Card.Temperatures);
        Assert.Equal([ModelFile.Name, "optimizer.safetensors", "state.json"], CheckpointFolder.Verify(checkpoint));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(checkpoint, "notes.txt")));
        Assert.Equal(3, Resume(folder).Epochs);
    }

    /// <summary>What a kill leaves before the first rename, between the two, and with the new folder half written.</summary>
    [Theory]
    [InlineData("before")]
    [InlineData("between")]
    [InlineData("half")]
    public void A_kill_under_way_leaves_a_run_that_goes_on(string when)
    {
        var (folder, checkpoint) = Copy("last");
        Amend(Path.Combine(checkpoint, ModelFile.Name), static old => old with { Temperatures = [3] });
        Directory.Move(checkpoint, $"{checkpoint}.new");
        if (when != "between") Directory.Move($"{checkpoint}.old", checkpoint);
        if (when == "half") File.Delete($"{checkpoint}.new/SHA256SUMS");
        Assert.Equal(3, Resume(folder).Epochs);
    }

    [Fact]
    public void A_damaged_checkpoint_and_a_run_under_way_are_left_alone()
    {
        var (folder, checkpoint) = Copy("best");
        var file = Path.Combine(checkpoint, ModelFile.Name);
        using (new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            Assert.Equal(ExitCode.Config, Assert.Throws<SegTrainException>(() => ModelAmendment.Begin(file)).Code);
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);
        var refused = Assert.Throws<SegTrainException>(() => ModelAmendment.Begin(file));
        Assert.Equal((ExitCode.Data, $"{checkpoint}: the checkpoint is damaged: model.safetensors is not what was written"), (refused.Code, refused.Message));
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void The_last_whole_one_of_a_killed_run_takes_its_own_name()
    {
        var (_, checkpoint) = Copy("best");
        if (Directory.Exists($"{checkpoint}.old")) Directory.Delete($"{checkpoint}.old", recursive: true);
        Directory.Move(checkpoint, $"{checkpoint}.old");
        Amend(Path.Combine($"{checkpoint}.old", ModelFile.Name), static old => old with { Temperatures = [3] });
        Assert.Equal([3], ModelFile.Describe(Path.Combine(checkpoint, ModelFile.Name)).Card.Temperatures);
        Assert.False(Directory.Exists($"{checkpoint}.old.old"));
    }

    private (string Folder, string Checkpoint) Copy(string name)
    {
        var folder = _folder.File("run");
        foreach (var file in Directory.GetFiles(run.Path, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(folder, Path.GetRelativePath(run.Path, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return (folder, Path.Combine(folder, "checkpoints", name));
    }

    private static FitResult Resume(string folder) => Fit.Run(
        new(EffectiveConfig.Load(new() { File = Path.Combine(folder, "config.yaml"), Options = [Set("train.epochs=3")] }), folder, [], "segtrain fit"), new Watcher(), Logger.None, TestContext.Current.CancellationToken);

    private static void Amend(string file, Func<ModelCard, ModelCard> change)
    {
        using var amendment = ModelAmendment.Begin(file);
        amendment.Keep(change(ModelFile.Describe(file).Card));
    }

    // All behind the header, and every name with its place, type and shape.
    private static string Tensors(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var end = 8 + (int)BitConverter.ToInt64(bytes);
        using var header = System.Text.Json.JsonDocument.Parse(bytes.AsMemory(8, end - 8));
        Assert.Equal(0, end % 8);
        Assert.True(Safetensors.Contents(file).Count > 10);
        return string.Join('\n', header.RootElement.EnumerateObject().Where(static one => one.Name != "__metadata__").Select(static one => one.ToString())) + Convert.ToHexString(bytes.AsSpan(end));
    }

    /// <summary>Two epochs, once for all.</summary>
    public sealed class Run : IDisposable
    {
        private readonly TemporaryFolder _runs = new();

        public Run() => ShortRun.EpochsIn(_runs.Path, "train.name=run", "train.epochs=2");

        public string Path => _runs.File("run");

        public void Dispose() => _runs.Dispose();
    }
}
