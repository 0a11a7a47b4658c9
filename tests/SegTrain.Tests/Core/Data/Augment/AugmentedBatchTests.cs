using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;

namespace SegTrain.Tests.Core.Data.Augment;

/// <summary>Everything at once, through the loader.</summary>
public sealed class AugmentedBatchTests
{
    private static readonly AugmentConfig Everything = new()
    {
        Preset = AugmentPreset.Strong,
        Crop = [41, 35],
        Foreground = 0.5,
        QuarterTurns = true,
        FlipVertical = true,
        WarpProbability = 0.8,
        PixelProbability = 0.5,
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(8, 4)]
    public void Threads_do_not_change_a_byte(int threads, int channels) =>
        Assert.Equal(All(Everything, channels, threads: 0, epoch: 3), All(Everything, channels, threads, epoch: 3));

    [Fact]
    public void An_epoch_entered_in_the_middle_goes_on_the_same() =>
        Assert.Equal(All(Everything, 3, threads: 2, epoch: 1)[3..], All(Everything, 3, threads: 2, epoch: 1, first: 3));

    [Fact]
    public void Every_row_that_has_strength_changes_what_batches_hold()
    {
        var none = new AugmentConfig { Preset = AugmentPreset.None, WarpProbability = 1, PixelProbability = 1 };
        var plain = All(none, 3, threads: 0, epoch: 0);
        Assert.NotEmpty(AugmentationTable.Rows);
        foreach (var row in AugmentationTable.Rows)
        {
            var changed = none with { };
            row.Key.SetValue(changed, row.Key.PropertyType == typeof(bool?) ? true : row.Preset.Strong);
            Assert.NotEqual(plain, All(changed, 3, threads: 0, epoch: 0));
        }
    }

    [Fact]
    public void Epochs_and_seeds_differ()
    {
        Assert.NotEqual(All(Everything, 1, threads: 0, epoch: 0), All(Everything, 1, threads: 0, epoch: 1));
        Assert.NotEqual(All(Everything, 1, threads: 0, epoch: 0), All(Everything, 1, threads: 0, epoch: 0, seed: 8));
    }

    private static List<string> All(AugmentConfig config, int channels, int threads, int epoch, int first = 0, int seed = 7)
    {
        var source = new SyntheticSamples(new() { Size = 48 }, 0, 6, channels, seed: 1);
        var found = new List<string>();
        foreach (var batch in new BatchLoader(source, new TrainingPlan(source, config, 3, 3, seed), channels, threads).Epoch(epoch, first))
        {
            using (batch)
                found.Add($"{batch.Step} {Hash(MemoryMarshal.AsBytes(batch.Images.AsSpan()))} {Hash(batch.Targets)}");
        }

        return found;
    }

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
