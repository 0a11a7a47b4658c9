using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Losses;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Config.ConfigFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Seeded))]
public sealed class BatchSizeChoiceTests
{
    [Theory]
    [InlineData(1000, 1, 16, "larger batches are no faster on a CPU")]
    [InlineData(71, 1, 8, "so an epoch has at least 8 steps")]
    [InlineData(71, 2, 4, "so an epoch has at least 8 steps")]
    [InlineData(7, 1, 1, "so an epoch has at least 8 steps")]
    public void It_is_bounded_by_the_device_and_by_the_images(int images, int accumulate, int chosen, string reason) =>
        Assert.Equal((chosen, reason), Choose(images, accumulate, Plenty));

    [Fact]
    public void A_CPU_is_not_filled() => Assert.Equal(
        (2, "a step of 4 images would take about 2 GB, and of 3.9 GB that are free it should leave half"), Choose(1000, 1, new(3_900_000_000, static () => 1_000_000_000)));

    [Fact]
    public void A_size_that_does_not_fit_is_not_chosen() =>
        Assert.Equal((1, "there is no memory for a step of 2 images"), Choose(1000, 1, Plenty, static source => new Exhausted(source)));

    /// <summary>Trying leaves no trace: the run has the bits of one that was told the size, and is resumed with it.</summary>
    [Theory]
    [InlineData("auto")]
    [InlineData("null")]
    public void The_run_keeps_what_was_chosen(string text)
    {
        string[] keys = ["data.synthetic.train=33", "train.epochs=2", "train.name=run"];
        using var folder = new TemporaryFolder();
        var chosen = ShortRun.EpochsIn(folder.Path, [.. keys, $"train.batch_size={text}"]);
        Assert.Equal(4, EffectiveConfig.Load(new() { File = RunFolder.Open(folder.File("run")).Config }).Run.Train.BatchSize);
        var told = ShortRun.Epochs([.. keys, "train.batch_size=4"]);
        Assert.Equal(told, chosen);
    }

    private static readonly MachineMemory Plenty = new(long.MaxValue, static () => 1);

    private static (int Chosen, string Reason) Choose(int images, int accumulate, MachineMemory memory, Func<ISampleSource, ISampleSource>? change = null)
    {
        var config = LoadSet(
            $"data.synthetic.train={images}", "data.synthetic.size=16", "data.synthetic.validation=1", "data.threads=1", "model.depth=1", "model.width=4", "train.batch_size=auto",
            $"train.accumulate={accumulate}").Run;
        var data = Dataset.Open(config.Loading);
        data = data with { Train = change?.Invoke(data.Train) ?? data.Train };
        using var net = new SegmentationNet(config.Model.WithPreset(), data.Mean, data.Std, data.Classes.Count, CPU, 1);
        var loss = LossExpression.Parse("ce").Build(new LossTask(SegmentationMode.Multiclass, data.Classes.Count, ClassList.Ignore));
        return BatchSizeChoice.Choose(config, data, net, loss, CPU, memory);
    }

    private sealed class Exhausted(ISampleSource source) : ISampleSource
    {
        public int Count => source.Count;

        public string Name(int index) => source.Name(index);

        public (int Width, int Height) Size(int index) => source.Size(index);

        public Sample Load(int index) => throw new NativeFailure("CUDA out of memory.");
    }
}
