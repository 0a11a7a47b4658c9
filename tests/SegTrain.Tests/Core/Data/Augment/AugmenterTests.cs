using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Randomness;

namespace SegTrain.Tests.Core.Data.Augment;

public sealed class AugmenterTests
{
    private static readonly AugmentConfig Off = new() { Preset = AugmentPreset.None };

    // 1 2 3
    // 4 5 6
    private static readonly Sample Six = new(new(3, 2, 1, 8, [1, 2, 3, 4, 5, 6]), [1, 2, 3, 4, 5, 6]);

    [Fact]
    public void Turns_and_crops_reach_every_outcome()
    {
        Assert.Equal(1, Outcomes(Off));
        Assert.Equal(2, Outcomes(Off with { FlipHorizontal = true }));
        Assert.Equal(2, Outcomes(Off with { FlipVertical = true }));
        Assert.Equal(4, Outcomes(Off with { QuarterTurns = true }));
        Assert.Equal(2, Outcomes(Off with { Crop = [2, 2] }));
        Assert.Equal(9, Outcomes(Off with { Crop = [5, 4] }));
        Assert.Equal(8, Outcomes(new() { QuarterTurns = true, FlipVertical = true }));
    }

    [Fact]
    public void The_crop_gives_its_size_however_the_image_is_turned()
    {
        var augmenter = new Augmenter(new() { Crop = [2, 1], QuarterTurns = true, FlipVertical = true });
        for (var i = 0; i < 50; i++)
        {
            var prepared = augmenter.Prepare(Six, Draws(i));
            Assert.Equal((2, 1), (prepared.Width, prepared.Height));
            var target = new byte[2];
            prepared.Write(new float[2], target);
            Assert.DoesNotContain(ClassList.Ignore, target);
        }
    }

    [Fact]
    public void A_preset_fills_what_is_not_set_and_nothing_else()
    {
        Assert.NotEmpty(AugmentationTable.Rows);
        Assert.All(AugmentationTable.Rows, static row => Assert.Equal(0, row.Strength(Off.WithPreset())));
        Assert.All(AugmentationTable.Rows, static row => Assert.Equal(row.Preset.Medium, row.Strength(new AugmentConfig { Preset = AugmentPreset.Medium }.WithPreset())));
        Assert.All(AugmentationTable.Rows, static row => Assert.True(row.Preset.Light <= row.Preset.Medium && row.Preset.Medium <= row.Preset.Strong));

        var mixed = new AugmentConfig { Preset = AugmentPreset.Strong, Rotate = 0, FlipHorizontal = false, Shear = 44 }.WithPreset();
        Assert.Equal((0, false, 44.0, 0.4), (mixed.Rotate!.Value, mixed.FlipHorizontal!.Value, mixed.Shear!.Value, mixed.Scale!.Value));
    }

    [Fact]
    public void Light_mirrors_left_right_only() =>
        Assert.Equal([nameof(AugmentConfig.FlipHorizontal)], AugmentationTable.Rows.Where(static row => row.Preset.Light > 0).Select(static row => row.Key.Name));

    private static CounterRandom Draws(int sample) => new(1, RandomStream.Augment, 0, sample);

    private static int Outcomes(AugmentConfig config)
    {
        var augmenter = new Augmenter(config);
        return Enumerable.Range(0, 200).Select(i =>
        {
            var prepared = augmenter.Prepare(Six, Draws(i));
            var target = new byte[prepared.Width * prepared.Height];
            prepared.Write(new float[target.Length], target);
            return prepared.Width + ":" + string.Join(',', target);
        }).Distinct().Count();
    }
}
