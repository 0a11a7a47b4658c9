using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Config;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;
using Serilog.Core;

namespace SegTrain.Tests.Core.Data;

/// <summary>What the number of threads, the cache and a resumed run must not change.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly TempFolder folder = new();

    public DeterminismTests()
    {
        for (var i = 0; i < 10; i++)
        {
            var random = new Random(i);
            var image = PixelImage.Allocate(40 + i, 30, 3, 8);
            random.NextBytes(image.Samples);
            folder.Png($"images/{i}.png", image);
            folder.Grey($"masks/{i}.png", image.Width, 30, [.. Enumerable.Range(0, image.Width * 30).Select(_ => (byte)random.Next(3))]);
        }

        // One of them comes from another decoder.
        folder.Write("images/10.jpg", RawImage.ProgressiveRgbJpeg);
        folder.Grey("masks/10.png", 16, 8, [.. Enumerable.Range(0, 128).Select(static i => (byte)(i % 3))]);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("data.resize=[24, 24]", "augment.quarter_turns=true")]
    [InlineData("augment.crop=[20, 24]", "data.repeat=3")]
    [InlineData("augment.crop=[20, 24]", "augment.preset=strong", "augment.foreground=0.5", "augment.cutmix=0.5")]
    public void Batches_are_the_same_to_the_byte(params string[] settings)
    {
        var expected = Batches(threads: 0, "none", settings);
        Assert.Equal(expected.Count, expected.Distinct().Count());
        foreach (var threads in new[] { 0, 1, 2, 8 })
        {
            foreach (var cache in new[] { "data.cache=auto", "data.cache=none", "data.cache_bytes=20kB" })
            {
                Assert.Equal(expected, Batches(threads, cache, settings));
                Assert.Equal(expected[2..], Batches(threads, cache, settings, firstStep: 2));
            }
        }
    }

    [Fact]
    public void Weights_end_the_same_to_the_bit()
    {
        var expected = Weights("data.threads=1", "data.cache=none");
        Assert.Equal(expected, Weights("data.threads=2", "data.cache=none"));
        Assert.Equal(expected, Weights("data.threads=1", "data.cache=ram"));
        Assert.Equal(expected, Weights("data.threads=8", "data.cache_bytes=20kB"));
        Assert.NotEqual(expected, Weights("data.threads=1", "train.seed=2"));
    }

    [Fact]
    public void Weights_end_the_same_to_the_bit_where_the_device_augments()
    {
        string[] keys = ["augment.on=device", "augment.preset=strong"];
        var expected = Weights([.. keys, "data.threads=1"]);
        Assert.Equal(expected, Weights([.. keys, "data.threads=4"]));
        Assert.NotEqual(expected, Weights([.. keys, "data.threads=1", "train.seed=2"]));
    }

    private List<string> Batches(int threads, string cache, string[] settings, int firstStep = 0)
    {
        string[] all = [$"data.path={folder.Path}", "train.batch_size=3", "augment.flip_vertical=true", cache is "none" ? "data.cache=none" : cache, .. settings];
        var config = ConfigFixture.LoadSet(all).Run;
        var data = Dataset.Open(config.Loading);
        var plan = new TrainingPlan(data.Train, config.Augment, config.Loading.Batch, config.Data.Repeat, config.Train.Seed);
        var found = new List<string>();
        var loader = new BatchLoader(data.Train, plan, data.Channels, threads);

        // The first epoch fills the cache, the second is read from it.
        foreach (var epoch in new[] { 1, 4 })
        {
            foreach (var batch in loader.Epoch(epoch, epoch == 1 ? firstStep : 0))
            {
                found.Add($"{epoch} {batch.Step} {Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(batch.Images)))} {Convert.ToHexString(batch.Targets)}");
                batch.Dispose();
            }
        }

        return found;
    }

    private byte[] Weights(params string[] settings)
    {
        using var runs = new TempFolder();
        var config = ConfigFixture.LoadSet(
        [
            $"data.path={folder.Path}", $"train.runs={runs.Path}", "train.name=run", "data.resize=[24, 24]", "train.epochs=2", "train.device=cpu",
            "train.batch_size=4", "model.depth=1", "model.width=8", .. settings,
        ]);
        Fit.Run(new FitRequest(config, null, [], "segtrain fit"), new Watcher(), Logger.None, CancellationToken.None);

        // The header, whose length comes first, holds the configuration.
        var file = File.ReadAllBytes(runs["run/checkpoints/last/model.safetensors"]);
        return file[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))..];
    }
}
