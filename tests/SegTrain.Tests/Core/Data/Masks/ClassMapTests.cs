using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data.Masks;

public sealed class ClassMapTests
{
    [Fact]
    public void Grey_in_rgb_alpha_and_16_bits_count_as_grey()
    {
        var map = Map(["0", "5", "300"]);
        Assert.Equal([1, 0], map.Encode(new(2, 1, 3, 8, [5, 5, 5, 0, 0, 0]), "m"));
        Assert.Equal([1, 0], map.Encode(new(2, 1, 4, 8, [5, 5, 5, 17, 0, 0, 0, 99]), "m"));
        var words = PixelImage.Allocate(2, 1, 1, 16);
        (words.Words[0], words.Words[1]) = (5, 300);
        Assert.Equal([1, 2], map.Encode(words, "m"));
    }

    [Fact]
    public void Colours_grey_levels_and_ignored_values_mix()
    {
        var colors = new PixelImage(3, 1, 3, 8, [0, 0, 0, 200, 10, 20, 60, 16, 152]);
        Assert.Equal([0, 1, ClassList.Ignore], Map(["#000000", "#c80a14"], ["#3C1098"]).Encode(colors, "m"));
    }

    [Fact]
    public void Ranges_cut_smooth_edges() =>
        Assert.Equal([0, 0, 1, 1], Map(["0-127", "128 - 255"]).Encode(new(4, 1, 1, 8, [0, 127, 128, 255]), "m"));

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(300, 65535, 65235)]
    [InlineData(0, MaskValue.Color | 0x030003, 2.449489742783178)] // sqrt((9 + 0 + 9) / 3)
    [InlineData(255, MaskValue.Color | 0xFFFF00, 147.22431864335456)] // sqrt(255^2 / 3)
    public void Distances_are_roots_of_mean_squares(int a, int b, double distance)
    {
        Assert.Equal(distance, MaskValue.Distance(a, b), 1e-12);
        Assert.Equal(distance, MaskValue.Distance(b, a), 1e-12);
    }

    [Fact]
    public void Sixteen_bit_levels_are_far_from_every_colour() => Assert.Equal(double.PositiveInfinity, MaskValue.Distance(300, MaskValue.Color | 1));

    [Fact]
    public void A_tolerance_takes_the_nearest_class()
    {
        var map = Map(["#FF0000", "#FF3000"], ["0"], tolerance: 20);
        Assert.Equal((byte)0, map[MaskValue.Of(250, 10, 3)]);
        Assert.Equal((byte)1, map[MaskValue.Of(250, 40, 3)]);
        Assert.Equal(ClassList.Ignore, map[MaskValue.Of(20, 20, 19)]);
        Assert.Null(map[MaskValue.Of(0, 255, 0)]);
        Assert.Null(map[21]);
        Assert.Equal((byte)1, Map(["0-10", "100-110"], tolerance: 50)[60]);
    }

    [Theory]
    [InlineData(nameof(StrayPolicy.Error), null)]
    [InlineData(nameof(StrayPolicy.Ignore), ClassList.Ignore)]
    [InlineData(nameof(StrayPolicy.Nearest), (byte)1)]
    public void The_policy_decides_about_strays(string policy, byte? index)
    {
        var map = Map(["0", "#FF0000"], ["#00FF00"], tolerance: 3, Enum.Parse<StrayPolicy>(policy));
        var stray = MaskValue.Of(200, 30, 30);
        Assert.Equal(index, map[stray]);
        Assert.Equal(index, map[stray]);
        Assert.True(map.IsStray(stray));
        Assert.False(map.IsStray(MaskValue.Of(254, 1, 1)));
        Assert.Equal(1, map.Nearest(stray).Index);
        Assert.False(map.IsStray(MaskValue.Of(0, 255, 0)));
        var mask = new PixelImage(2, 1, 3, 8, [255, 0, 0, 200, 30, 30]);
        if (index is { } taken)
            Assert.Equal([1, taken], map.Encode(mask, "m"));
        else
            Assert.Contains("m.png: value #C81E1E at x 1, y 0", Assert.Throws<SegTrainException>(() => map.Encode(mask, "m.png")).Message);
    }

    [Fact]
    public void Answers_do_not_depend_on_what_was_asked_before()
    {
        var map = Map(["0", "#FF0000", "#00FF00", "#0000FF"], strays: StrayPolicy.Nearest);
        var values = Enumerable.Range(0, 50_000).Select(static i => MaskValue.Of(i * 7 % 256, i * 31 % 256, i * 101 / 256 % 256)).ToList();
        Assert.All(values.Concat(values), value => Assert.Equal(map.Nearest(value).Index, map[value]));
    }

    private static ClassMap Map(string[] classes, string[]? ignored = null, double tolerance = 0, StrayPolicy strays = StrayPolicy.Error) =>
        new([.. classes.Select(ValueRange.Parse)], [.. (ignored ?? []).Select(ValueRange.Parse)], tolerance, strays);
}
