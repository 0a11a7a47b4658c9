using System.Runtime.InteropServices;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Data.Augment.Deferred;
using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Augment.Warps;
using SegTrain.Core.Images;
using SegTrain.Core.Randomness;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Data.Augment;

/// <summary>Images that the device makes, here the CPU, against those that the loader makes of the same draws.</summary>
public sealed class DeferredTests
{
    // Warps and regions are the same arithmetic in the same order. After them a mean over thousands of pixels, or a sum over a blur's reach, is added
    // up in another order, which is good for a few dozen roundings by 2^-24; a factor of up to 1.4 * 1.5 multiplies them.
    private const double Rounding = 1e-5;

    // The loader's gamma is linear between x = i / 2048. It is farthest off in the first piece, at the exponent 1 / 1.5: by (1 / 2048)^(2/3) max(t^(2/3) - t) = 0.0062 * 0.148.
    private const double Gamma = 1e-3;

    private static readonly AugmentConfig Off = new() { Preset = AugmentPreset.None, Crop = [37, 29], WarpProbability = 0.7, PixelProbability = 0.7 };

    public static TheoryData<string, int, int> Rows => [.. from row in AugmentationTable.Rows from kind in Kinds select (row.Key.Name, kind.Channels, kind.Bits)];

    // 0 bits: some have 8, some 16.
    private static (int Channels, int Bits)[] Kinds => [(1, 8), (3, 16), (4, 8), (3, 0), (3, 32)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_is_the_loaders(string key, int channels, int bits)
    {
        var row = AugmentationTable.Rows.Single(row => row.Key.Name == key);
        var config = Off with { };
        row.Key.SetValue(config, row.Key.PropertyType == typeof(bool?) ? true : key == nameof(AugmentConfig.Cutmix) ? 0.7 : row.Preset.Strong);
        var off = Compare(config, channels, bits, key == nameof(AugmentConfig.Gamma) ? Gamma : Rounding);
        Assert.InRange(off, 0, MostFlipped(config));
    }

    [Theory]
    [InlineData(nameof(AugmentPreset.Medium), 1, 8)]
    [InlineData(nameof(AugmentPreset.Medium), 3, 0)]
    [InlineData(nameof(AugmentPreset.Strong), 1, 16)]
    [InlineData(nameof(AugmentPreset.Strong), 3, 8)]
    [InlineData(nameof(AugmentPreset.Strong), 4, 0)]
    public void All_rows_together_are_the_loaders(string preset, int channels, int bits)
    {
        // Without gamma, whose distance from the loader's is no rounding.
        var config = Off with { Preset = Enum.Parse<AugmentPreset>(preset), QuarterTurns = true, FlipVertical = true, Foreground = 0.5, Cutmix = 0.6, Gamma = 0, Elastic = Elastic.Most };
        Assert.InRange(Compare(config, channels, bits, Rounding), 0, MostFlipped(config.WithPreset()));
    }

    [Fact]
    public void Images_as_they_are_need_no_rounding()
    {
        Assert.Equal(0, Compare(new() { Preset = AugmentPreset.None, Crop = [64, 9], QuarterTurns = true }, 3, 0, 0));
        Assert.Equal(0, Compare(Off with { Rotate = 180, Shear = 45, Scale = 1, Elastic = Elastic.Most, WarpProbability = 1 }, 3, 0, 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Noise_is_the_same_to_the_bit(int colors)
    {
        using var scope = NewDisposeScope();
        const int Size = 13 * 7;
        var random = new CounterRandom(3, RandomStream.Augment);
        var noise = new Noise();
        Drawn[] drawn = [noise.Draw(13, 7, 0.06, ref random), noise.Draw(13, 7, 0.5, ref random)];
        var before = new float[2 * colors * Size];
        foreach (ref var value in before.AsSpan())
            value = (float)random.NextDouble();
        var made = noise.Apply(tensor(before, [2, colors, 7, 13]), drawn);
        for (var i = 0; i < 2; i++)
            noise.Apply(new Picture(before.AsSpan(i * colors * Size, colors * Size), 13, 7), drawn[i]);
        Assert.Equal(before, MemoryMarshal.Cast<byte, float>(made.bytes).ToArray());
    }

    [Fact]
    public void Gamma_takes_what_a_rounding_left_below_black_for_black()
    {
        using var scope = NewDisposeScope();
        var raised = new Gamma().Apply(tensor([-1e-8f, 0.25f, 1], [1, 1, 1, 3]), [new(1.5)]);
        Assert.Equal([0, 0.125f, 1], MemoryMarshal.Cast<byte, float>(raised.bytes).ToArray());
    }

    [Fact]
    public void Words_of_tensors_are_those_of_blocks()
    {
        using var scope = NewDisposeScope();
        const ulong Key = 0xFEDCBA9876543210;
        var words = PhiloxTensors.Words(1000, full([1, 1], 0x76543210, int64), full([1, 1], 0xFEDCBA98, int64));
        Assert.Equal(
            Enumerable.Range(0, 1000).SelectMany(static i => new PhiloxBlock((uint)i, 0, 0, 0).Encrypt(Key) is var (a, b, c, d) ? new long[] { a, b, c, d } : []),
            MemoryMarshal.Cast<byte, long>(words.bytes).ToArray());
    }

    [Fact]
    public void Nothing_but_the_images_is_left()
    {
        var left = LiveTensors.LeftBy(static () =>
        {
            using var scope = NewDisposeScope();
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            using var batch = Loader(Off with { Preset = AugmentPreset.Strong, Cutmix = 1 }, new Odd(3, 0), threads: 0, defers: true).Epoch(0).First();
            var images = DeferredColors.Render(batch.Deferred!, CPU);
            Assert.Equal([5, 3, 29, 37], images.shape);
            Assert.Equal(before + 1, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        });
        Assert.Equal(0, left);
    }

    [Fact]
    public void Large_images_are_made_a_few_at_a_time()
    {
        // Two are more than the 2^21 pixels for which memory is taken at once.
        var config = Off with { Crop = [1200, 900], Brightness = 0.2 };
        Assert.Equal(0, Compare(config, 1, 8, Rounding));
    }

    [Fact]
    public void Auto_is_the_device_where_it_is_a_gpu()
    {
        var auto = new AugmentConfig();
        Assert.Equal((AugmentPlace.Device, AugmentPlace.Loader), (auto.Placed(DeviceType.CUDA).On, auto.Placed(DeviceType.CPU).On));
        var loader = auto with { On = AugmentPlace.Loader };
        Assert.Equal(loader, loader.Placed(DeviceType.CUDA));
        using var folder = new TemporaryFolder();
        ShortRun.EpochsIn(folder.Path, "train.name=run", "train.epochs=1");
        Assert.Contains("on: loader", File.ReadAllText(folder.File("run/config.yaml")));
    }

    [Fact]
    public void A_run_does_not_depend_on_the_threads_and_is_close_to_that_of_the_loader()
    {
        string[] keys = ["augment.preset=strong", "augment.gamma=0", "augment.jpeg=0", "augment.cutmix=0.5"];
        double Loss(params string[] more) => ShortRun.Epochs([.. keys, .. more])[^1]["train.loss"];
        var one = Loss("augment.on=device");
        Assert.Equal(one, Loss("augment.on=device", "data.threads=4"));
        Assert.Equal(Loss("augment.on=loader"), one, 1e-3);
    }

    // A coefficient half-way between two multiples may go to either, and moves the 64 pixels of its block. In blocks of whole levels four coefficients are
    // multiples of 1/8, and so half-way once in 8 steps of a dozen or more.
    private static double MostFlipped(AugmentConfig config) => config.Jpeg > 0 ? 0.04 : 0;

    /// <summary>The share of values that are farther off than the tolerance; classes are the same to the byte.</summary>
    private static double Compare(AugmentConfig config, int channels, int bits, double tolerance)
    {
        var source = new Odd(channels, bits);
        var (values, off, changed) = (0, 0, false);
        foreach (var epoch in new[] { 0, 1 })
        {
            foreach (var (made, expected) in Loader(config, source, threads: 2, defers: true).Epoch(epoch).Zip(Loader(config, source, threads: 0, defers: false).Epoch(epoch)))
            {
                using (made)
                using (expected)
                using (NewDisposeScope())
                {
                    Assert.Empty(made.Images);
                    Assert.Equal(expected.Targets, made.Targets);
                    var images = MemoryMarshal.Cast<byte, float>(DeviceBatch.From(made, CPU).Images.bytes).ToArray();
                    Assert.Equal(expected.Images.Length, images.Length);
                    values += images.Length;
                    off += images.Zip(expected.Images).Count(pair => !(Math.Abs(pair.First - pair.Second) <= tolerance));
                    changed |= images.Distinct().Count() > 10;
                }
            }
        }

        Assert.True(changed);
        return (double)off / values;
    }

    private static BatchLoader Loader(AugmentConfig config, ISampleSource source, int threads, bool defers) =>
        new(source, new TrainingPlan(source, config, 5, 2, seed: 4), ((Odd)source).Channels, threads, defers: defers);

    /// <summary>Random pixels in sizes on both sides of the crop's.</summary>
    private sealed class Odd(int channels, int bits) : ISampleSource
    {
        public int Channels => channels;

        public int Count => 10;

        public string Name(int index) => index.ToString();

        public (int Width, int Height) Size(int index) => (23 + (7 * index), 61 - (5 * index));

        public Sample Load(int index)
        {
            var (width, height) = Size(index);
            var image = PixelImage.Allocate(width, height, channels, bits > 0 ? bits : 8 << (index % 2));
            var (random, target) = (new Random(index), new byte[width * height]);
            random.NextBytes(image.Samples);
            for (var i = 0; bits == 32 && i < image.Floats.Length; i++)
                image.Floats[i] = random.NextSingle();
            random.NextBytes(target);
            return new(image, target);
        }
    }
}
