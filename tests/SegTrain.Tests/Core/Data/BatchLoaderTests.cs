using System.Diagnostics;
using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Losses;

namespace SegTrain.Tests.Core.Data;

public sealed class BatchLoaderTests
{
    private static readonly AugmentConfig Crops = new() { Crop = [6, 4], FlipVertical = true, QuarterTurns = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Threads_do_not_change_a_byte(int threads)
    {
        var source = new Numbered(11, slow: true);
        foreach (var epoch in new[] { 0, 3 })
            Assert.Equal(All(Loader(source, 0, 4, repeat: 3), epoch), All(Loader(source, threads, 4, repeat: 3), epoch));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Distance_maps_are_of_the_augmented_targets_whatever_the_threads(int threads)
    {
        var task = new LossTask(SegmentationMode.Multiclass, 81, ignoreIndex: 80);
        var (source, maps) = (new Numbered(7, slow: true), new DistanceMap(task));
        var seen = new List<float>();
        foreach (var batch in Loader(source, threads, 3, maps: maps).Epoch(2))
        {
            using (batch)
            {
                // A class of one pixel, as all are here: its map is the distance to that pixel, and -1 there.
                var (plane, values) = (batch.Targets[5], new float[24 * 81]);
                maps.Write(batch.Targets.AsSpan(0, 24), batch.Width, values);
                Assert.Equal(values, batch.Distances[..values.Length]);
                Assert.Equal(-1, batch.Distances[(plane * 24) + 5]);
                seen.AddRange(batch.Distances);
            }
        }

        Assert.Equal(6 * 81 * 24, seen.Count);
        Assert.Equal(seen, Loader(source, 0, 3, maps: maps).Epoch(2).SelectMany(static batch => batch.Distances));
    }

    [Fact]
    public void An_epoch_entered_in_the_middle_goes_on_the_same()
    {
        var whole = All(Loader(new Numbered(11), 2, 4, repeat: 3), 5);
        Assert.Equal(8, whole.Count);
        foreach (var first in new[] { 0, 1, 7, 8 })
            Assert.Equal(whole[first..], All(Loader(new Numbered(11), 2, 4, repeat: 3), 5, first));
    }

    [Fact]
    public void Every_pass_of_an_epoch_uses_every_image_once_with_other_crops()
    {
        var loader = Loader(new Numbered(6), 0, 3, repeat: 4);
        var batches = loader.Epoch(0).ToList();
        Assert.Equal(8, batches.Count);
        foreach (var pass in batches.Chunk(2))
            Assert.Equal(["0", "1", "2", "3", "4", "5"], pass.SelectMany(static batch => batch.Names).Order());
        var crops = batches.SelectMany(static batch => batch.Names.Select((name, i) => (name, Crop: string.Join(',', batch.Targets.AsSpan(i * 24, 24).ToArray()))));
        Assert.All(crops.GroupBy(static crop => crop.name), static group => Assert.True(group.Distinct().Count() > 1));
        Assert.NotEqual(batches[0].Names.Concat(batches[1].Names), loader.Epoch(1).Take(2).SelectMany(static batch => batch.Names));
    }

    [Theory]
    [InlineData(8, 4, 2, 4)]
    [InlineData(10, 4, 3, 2)]
    [InlineData(9, 4, 2, 4)]
    [InlineData(3, 1, 3, 1)]
    public void A_single_left_over_image_is_left_out(int images, int batchSize, int steps, int last)
    {
        var batches = Loader(new Numbered(images), 0, batchSize).Epoch(0).ToList();
        Assert.Equal((steps, last), (batches.Count, batches[^1].Count));
        Assert.Equal(steps, Loader(new Numbered(images), 0, batchSize).Images(0).Count);
    }

    [Fact]
    public void Arrays_have_exactly_the_length_of_the_batch_and_go_round()
    {
        var seen = new HashSet<float[]>();
        foreach (var batch in Loader(new Numbered(40), 2, 4).Epoch(0))
        {
            Assert.Equal((4 * 24, 4 * 24), (batch.Images.Length, batch.Targets.Length));
            seen.Add(batch.Images);
            batch.Dispose();
            batch.Dispose();
        }

        Assert.InRange(seen.Count, 1, 5);
    }

    [Fact]
    public void Validation_is_in_order_and_a_batch_ends_where_the_size_changes()
    {
        var source = new Numbered(7, oddSizesFrom: 5);
        var batches = new BatchLoader(source, new ValidationPlan(source, 3), 1, 2).Epoch(0).ToList();
        Assert.Equal(["0 1 2", "3 4", "5", "6"], batches.Select(static batch => string.Join(' ', batch.Names)));
        Assert.Equal([8, 8, 13, 14], batches.Select(static batch => batch.Width));
        Assert.All(batches[0].Targets.Take(80), static (value, i) => Assert.Equal((byte)i, value));
    }

    /// <summary>Combination 0 is no label, 1 is the second, 2 both; the numbers of the samples' pixels modulo 3 choose among them.</summary>
    [Fact]
    public void Combinations_of_labels_become_planes()
    {
        var source = new Numbered(1);
        var expected = source.Load(0).Target;
        byte[][] combinations = [.. Enumerable.Range(0, 254).Select(static i => new[] { (byte)(i % 3 == 2 ? 1 : 0), (byte)(i % 3 > 0 ? 1 : 0) })];
        using var batch = new BatchLoader(source, new ValidationPlan(source, 1), 1, 0, combinations: combinations).Epoch(0).Single();
        Assert.Equal((2, 2 * expected.Length), (batch.Labels, batch.Targets.Length));
        Assert.Equal(expected.Select(i => combinations[i][0]).Concat(expected.Select(i => combinations[i][1])), batch.Targets);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_failure_comes_out_at_its_batch(int threads)
    {
        var source = new Numbered(12, failing: 7);
        var names = new List<string>();
        var error = Assert.Throws<SegTrainException>(() =>
        {
            foreach (var batch in new BatchLoader(source, new ValidationPlan(source, 2), 1, threads).Epoch(0))
                names.AddRange(batch.Names);
        });
        Assert.Equal("7 is broken", error.Message);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], names);
    }

    [Fact]
    public void Leaving_early_never_hangs()
    {
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 100; round++)
        {
            var source = new Numbered(50, slow: true);
            Assert.Equal(round % 4, Loader(source, 4, 4).Epoch(round).Take(round % 4).Count());
        }

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void No_more_than_a_few_batches_are_prepared_ahead()
    {
        var source = new Numbered(100);
        using var batches = Loader(source, 4, 2).Epoch(0).GetEnumerator();
        Assert.True(batches.MoveNext());
        Thread.Sleep(100);
        Assert.InRange(source.Loads, 2, 8);
    }

    [Fact]
    public void Waiting_is_measured()
    {
        // Of at least a hundred milliseconds of sleep; a busy machine may keep the consumer from the first few.
        var loader = Loader(new Numbered(100, slow: true), 1, 4);
        Assert.Equal(25, loader.Epoch(0).Count());
        Assert.InRange(loader.Waited.TotalMilliseconds, 5, 10_000);
    }

    private static BatchLoader Loader(ISampleSource source, int threads, int batchSize, int repeat = 1, DistanceMap? maps = null) =>
        new(source, new TrainingPlan(source, Crops, batchSize, repeat, seed: 7), 1, threads, maps);

    private static List<string> All(BatchLoader loader, int epoch, int firstStep = 0)
    {
        var found = new List<string>();
        foreach (var batch in loader.Epoch(epoch, firstStep))
        {
            found.Add($"{batch.Step} {string.Join(' ', batch.Names)} {string.Join(' ', batch.Images)} {Convert.ToHexString(batch.Targets)}");
            batch.Dispose();
        }

        return found;
    }

    /// <summary>Images of 8 x 10 whose pixels all differ.</summary>
    private sealed class Numbered(int count, bool slow = false, int oddSizesFrom = int.MaxValue, int failing = -1) : ISampleSource
    {
        private int _loads;

        public int Count => count;

        public int Loads => Volatile.Read(ref _loads);

        public string Name(int index) => index.ToString();

        public (int Width, int Height) Size(int index) => (index >= oddSizesFrom ? 8 + index : 8, 10);

        public Sample Load(int index)
        {
            Interlocked.Increment(ref _loads);
            if (index == failing)
                throw new SegTrainException(ExitCode.Data, $"{index} is broken");
            if (slow)
                Thread.Sleep(index % 3);
            var (width, height) = Size(index);
            var target = Enumerable.Range(0, width * height).Select(static i => (byte)i).ToArray();
            return new(new PixelImage(width, height, 1, 8, [.. target.Select(value => (byte)(value + index))]), target);
        }
    }
}
