using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Layout;

public sealed class PathPatternTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public PathPatternTests()
    {
        foreach (var file in new[] { "set/p1/images/a.JPG", "set/p1/images/b (2).jpg", "set/p1/masks/a.png", "set/p1/a_annotation.png", "set/a.tif", "elsewhere/a.png", "set/p1/notes.txt" })
            _folder.WriteText(file, "");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*/images/*.jpg", "p1/a p1/b_(2)")]
    [InlineData("**/*.jpg", "p1/images/a p1/images/b_(2)")]
    [InlineData("**/*_annotation.png", "p1/a")]
    [InlineData("**/*.tif", "a")]
    [InlineData("*", "a")]
    [InlineData("p1/images", "a b_(2)")]
    [InlineData("p1/images/", "a b_(2)")]
    [InlineData("p?/{images,masks}/a.*", "1 1")]
    [InlineData("../elsewhere/*.png", "a")]
    [InlineData("p1/**", "a_annotation images/a images/b_(2) masks/a")]
    public void What_the_wildcards_stand_for_is_the_key(string pattern, string keys) =>
        Assert.Equal(keys, string.Join(' ', new PathPattern(_folder["set"], pattern).Files().Select(static file => file.Key.Replace(' ', '_'))));

    [Fact]
    public void Absolute_patterns_need_no_root() =>
        Assert.Equal([_folder["elsewhere/a.png"]], new PathPattern("/nowhere", _folder["elsewhere"] + "/*").Files().Select(static file => file.Path));

    [Fact]
    public void Patterns_make_pairs_and_a_mask_is_no_image()
    {
        _folder.WriteText("set/q/a.png", "");
        _folder.WriteText("set/q/a_annotation.png", "");
        Assert.Equal(["q/a"], Keys(new() { Path = _folder["set"], Images = "**/*.png", Masks = "**/*_annotation.png" }).Intersect(["q/a", "q/a_annotation"]));
        Assert.Equal(["a"], Keys(new() { Path = _folder["set/p1/masks"], Masks = "../../../elsewhere" }));
    }

    [Fact]
    public void Patterns_that_cannot_pair_are_refused()
    {
        Assert.Contains("has 1; what", Fails(ExitCode.Config, new() { Path = _folder["set"], Images = "**/*.jpg", Masks = "p1/masks/*.png" }));
        Assert.Contains("data.masks: 'p1/masks/*.tif' matches no", Fails(ExitCode.Data, new() { Path = _folder["set"], Masks = "p1/masks/*.tif" }));
        Assert.Contains("there is no folder", Fails(ExitCode.Data, new() { Path = _folder["set"], Masks = "p9/*.png" }));
        Assert.Contains("data.masks as well", Fails(ExitCode.Config, new() { Path = _folder["set"], Images = "*" }));
    }

    private static IEnumerable<string> Keys(DataConfig data) => PatternLayout.Read(data).Images.Select(static file => file.Key);

    private static string Fails(ExitCode code, DataConfig data)
    {
        var error = Assert.Throws<SegTrainException>(() => PatternLayout.Read(data));
        Assert.Equal(code, error.Code);
        return error.Message;
    }
}
