using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data;

public sealed class ClassFinderTests
{
    [Theory]
    [InlineData(new byte[] { 0, 255, 255, 0 }, "0", "255")]
    [InlineData(new byte[] { 1, 0, 0, 0 }, "0", "1")]
    [InlineData(new byte[] { 7, 3, 7, 7 }, "3", "7")]
    public void Two_values_are_background_and_foreground(byte[] mask, string background, string foreground)
    {
        var (list, map) = Find(new(), Grey(mask));
        Assert.True(list.IsBinary);
        Assert.Equal([("background", background), ("foreground", foreground)], list.Items.Select(static item => (item.Name, item.Value)));
        Assert.Equal(mask.Select(value => value.ToString() == background ? (byte)0 : (byte)1), map.Encode(Grey(mask), "m"));
    }

    [Fact]
    public void Shares_are_of_all_pixels()
    {
        var (list, _) = Find(new() { Ignore = ["9"] }, Grey(0, 0, 1, 9), Grey(1, 1, 1, 9));
        Assert.Equal([0.25, 0.5], list.Items.Select(static item => item.Share));
        Assert.Equal(0.25, list.IgnoredShare);
    }

    [Fact]
    public void More_values_become_numbered_classes_and_255_beside_them_void()
    {
        var (list, map) = Find(new(), Grey(0, 2, 1, 255));
        Assert.Equal(["class 0", "class 1", "class 2"], list.Names);
        Assert.Equal(["255"], list.Ignored);
        Assert.Equal([0, 2, 1, ClassList.Ignore], map.Encode(Grey(0, 2, 1, 255), "m"));

        // Grey levels spread over the range are classes, white included.
        Assert.Equal(["0", "128", "255"], Find(new(), Grey(0, 128, 255, 255)).List.Items.Select(static item => item.Value));
    }

    [Fact]
    public void Colours_are_classes_and_grey_files_of_the_set_agree_with_them()
    {
        var colors = new PixelImage(3, 1, 3, 8, [0, 0, 0, 200, 10, 20, 60, 16, 152]);
        var (list, map) = Find(new(), colors, Grey(0, 0, 0));
        Assert.Equal(["0", "#3C1098", "#C80A14"], list.Items.Select(static item => item.Value));
        Assert.Equal("#3C1098", list.Items[1].Color);
        Assert.Equal([0, 2, 1], map.Encode(colors, "m"));

        var named = new DataConfig { Classes = [Named("black", "#000000"), Named("red", "#c80a14")], Ignore = ["#3C1098"] };
        Assert.Equal([0, 1, ClassList.Ignore], Find(named, colors, Grey(0, 0)).Map.Encode(colors, "m"));
    }

    [Fact]
    public void Grey_in_rgb_alpha_and_16_bits_count_as_grey()
    {
        Assert.Equal([1, 0], Find(new(), new PixelImage(2, 1, 3, 8, [5, 5, 5, 0, 0, 0])).Map.Encode(new(2, 1, 3, 8, [5, 5, 5, 0, 0, 0]), "m"));
        var alpha = new PixelImage(2, 1, 4, 8, [5, 5, 5, 17, 0, 0, 0, 99]);
        Assert.Equal([1, 0], Find(new(), alpha).Map.Encode(alpha, "m"));
        var words = PixelImage.Allocate(2, 1, 1, 16);
        (words.Words[0], words.Words[1]) = (40_000, 300);
        Assert.Equal([1, 0], Find(new(), words).Map.Encode(words, "m"));
    }

    [Fact]
    public void Ranges_cut_smooth_edges()
    {
        var config = new DataConfig { Classes = [Named("background", "0-127"), Named("foreground", "128 - 255")] };
        Assert.Equal([0, 0, 1, 1], Find(config, Grey(0, 127, 128, 255)).Map.Encode(Grey(0, 127, 128, 255), "m"));
    }

    [Fact]
    public void Values_outside_the_classes_are_named_for_all_files()
    {
        var config = new DataConfig { Classes = [Named("a", "0"), Named("b", "1")] };
        var error = Assert.Throws<SegTrainException>(() => Find(config, Grey(0, 1, 1, 0), Grey(0, 7, 1, 7), new PixelImage(2, 1, 3, 8, [0, 0, 0, 1, 2, 3])));
        Assert.Equal(ExitCode.Data, error.Code);
        Assert.Contains("1.png: value 7 in 2 pixels, the first at x 1, y 0", error.Message);
        Assert.Contains("2.png: value #010203 in 1 pixels, the first at x 1, y 0", error.Message);
        Assert.Contains("data.ignore", error.Message);
        Assert.DoesNotContain("0.png", error.Message);
    }

    [Fact]
    public void Nothing_to_learn_is_an_error()
    {
        Assert.Contains("value 4", Fails(new(), Grey(4, 4), Grey(4)));
        Assert.Contains("ignored", Fails(new() { Ignore = ["4"] }, Grey(4, 4)));
        Assert.Contains("ignored", Fails(new() { Classes = [Named("a", "0"), Named("b", "1")], Ignore = ["4"] }, Grey(4, 4)));
    }

    [Fact]
    public void Smoothed_edges_and_photographs_are_an_error_that_shows_the_way()
    {
        var smooth = new byte[10_000];
        smooth.AsSpan(5_000).Fill(255);
        for (var i = 0; i < 20; i++)
            smooth[i] = (byte)(i * 12);
        Assert.Contains("'128-255'", Fails(new(), Grey(smooth)));

        var photo = PixelImage.Allocate(100, 100, 3, 8);
        new Random(1).NextBytes(photo.Samples);
        Assert.Contains("or more different values", Fails(new(), photo));
    }

    [Fact]
    public void Evenly_spread_indices_are_not_taken_for_edges()
    {
        var indices = Enumerable.Range(0, 1000).Select(static i => (byte)(i < 700 ? 0 : i < 900 ? 19 : i % 20)).ToArray();
        Assert.Equal(20, Find(new(), Grey(indices)).List.Count);
    }

    [Fact]
    public void Contradictions_in_the_configuration_are_refused_together()
    {
        var config = new DataConfig { Classes = [Named("a", "0-5"), Named("a", "#12345"), new() { Name = "c", Value = "9", Color = "red" }], Ignore = ["3"] };
        var error = Assert.Throws<SegTrainException>(() => ClassFinder.Validate(config));
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.Contains("'#12345'", error.Message);
        Assert.Contains("'3' of data.ignore belongs to class 'a'", error.Message);
        Assert.Contains("'a' is used 2 times", error.Message);
        Assert.Contains("'red'", error.Message);
        Assert.Contains("1 entries", Assert.Throws<SegTrainException>(() => ClassFinder.Validate(new() { Classes = [Named("a", "0")] })).Message);
    }

    private static ClassConfig Named(string name, string value) => new() { Name = name, Value = value };

    private static PixelImage Grey(params byte[] samples) => new(samples.Length, 1, 1, 8, samples);

    private static (ClassList List, ClassMap Map) Find(DataConfig config, params PixelImage[] masks)
    {
        var problems = new DataProblems();
        var found = ClassFinder.Find(
            config, [.. masks.Select(static (mask, i) => MaskScan.Of(new Pair($"{i}", $"{i}.png", $"{i}.png", null), ImageFormat.Png, mask))], problems);
        problems.ThrowIfAny("The data set");
        return found;
    }

    private static string Fails(DataConfig config, params PixelImage[] masks) =>
        Assert.Throws<SegTrainException>(() => Find(config, masks)).Message;
}
