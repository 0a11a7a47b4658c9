using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Masks;
using SegTrain.Losses;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Masks;

/// <summary>Sets with a folder of masks for each class.</summary>
public sealed class PlaneSurveyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public PlaneSurveyTests()
    {
        foreach (var split in new[] { "train", "val" })
        {
            _folder.Grey($"{split}/photos/a.png", 4, 1, 1, 2, 3, 4);
            _folder.Grey($"{split}/road/a.png", 4, 1, 0, 255, 255, 0);
            _folder.Grey($"{split}/wet/a_w.png", 4, 1, 0, 0, 7, 9);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pixels_are_in_several_classes_or_in_none()
    {
        var data = Open();
        Assert.Equal(SegmentationMode.Multilabel, data.Classes.Mode);
        Assert.Equal(["road", "wet"], data.Classes.Names);

        // Sets in the order of their bits: none, road, wet, both.
        Assert.Equal([[0, 0], [1, 0], [0, 1], [1, 1]], data.Classes.Combinations!);
        Assert.Equal([0, 1, 3, 2], data.Train.Load(0).Target);
        Assert.Equal([0.5, 0.5], data.Classes.Items.Select(static item => item.Share));
        Assert.Equal([2, 2], data.CountPixels());
        Assert.Contains(data.Summary, static line => line.Contains("4 combinations of 2 classes"));
    }

    [Fact]
    public void A_missing_file_means_no_pixel_and_an_image_without_any_is_refused()
    {
        _folder.Grey("train/photos/b.png", 4, 1, 1, 2, 3, 4);
        _folder.Grey("train/road/b.png", 4, 1, 0, 0, 255, 0);
        var data = Open();
        Assert.Equal([0, 0, 1, 0], data.Train.Load(1).Target);
        Assert.Contains(data.Summary, static line => line.Contains("of 3 pairs there are files for road in 3, wet in 2"));

        _folder.Grey("train/photos/c.png", 4, 1, 1, 2, 3, 4);
        Assert.Contains("c.png", Fails(ExitCode.Data, Config));
    }

    [Fact]
    public void Values_and_ignored_values_decide()
    {
        var config = Config with { Classes = [Config.Classes[0], Config.Classes[1] with { Value = "9" }], Ignore = ["7"] };
        Assert.Equal([0, 1, ClassList.Ignore, 2], Open(config).Train.Load(0).Target);
    }

    [Fact]
    public void Every_file_of_a_pair_must_have_its_size()
    {
        _folder.Grey("train/wet/a_w.png", 2, 1, 0, 1);
        Assert.Contains("image 4 x 1, mask 2 x 1", Fails(ExitCode.Data, Config));
    }

    [Fact]
    public void JPEG_files_need_a_value()
    {
        _folder.Write("val/photos/a.png", RawImage.GreyJpeg);
        _folder.Write("val/road/a.png", RawImage.GreyJpeg);
        _folder.Write("val/wet/a_w.png", RawImage.GreyJpeg);
        Assert.Contains("'128-255'", Fails(ExitCode.Data, Config));

        // It is the class with such a file that is named, whatever files the others have.
        _folder.Grey("val/road/a.png", 16, 8, new byte[128]);
        var message = Fails(ExitCode.Data, Config);
        Assert.Contains("wet", message);
        Assert.DoesNotContain("road", message);
    }

    [Fact]
    public void More_combinations_than_a_byte_holds_are_refused()
    {
        // Nine classes, and a row of pixels that counts from 0 to 511.
        for (var label = 0; label < 9; label++)
            _folder.Grey($"many/{label}/a.png", 512, 1, [.. Enumerable.Range(0, 512).Select(i => (byte)((i >> label) & 1))]);
        _folder.Grey("many/photos/a.png", 512, 1, new byte[512]);
        var config = new DataConfig
        {
            Path = _folder["many"],
            Images = "photos/*",
            Classes = [.. Enumerable.Range(0, 9).Select(static label => new ClassConfig { Name = $"{label}", Masks = $"{label}/*" })],
        };
        Assert.Contains("512 different ways", Fails(ExitCode.Data, config));
    }

    [Fact]
    public void Keys_that_contradict_are_refused_together()
    {
        var message = Fails(ExitCode.Config, Config with { Classes = [Config.Classes[0], new() { Name = "x", Value = "1" }], Images = null, Stray = StrayPolicy.Ignore });
        Assert.Contains("'x' has no masks", message);
        Assert.Contains("data.images", message);
        Assert.Contains("data.stray", message);
        Assert.Contains("needs a value", Fails(ExitCode.Config, new() { Path = _folder.Path, Classes = [new() { Name = "a", Value = "1" }, new() { Name = "b" }] }));
    }

    private DataConfig Config => new()
    {
        Path = _folder.Path,
        Images = "*/photos/*.png",
        Classes = [new() { Name = "road", Masks = "*/road/*.png" }, new() { Name = "wet", Masks = "*/wet/*_w.png" }],
    };

    private Dataset Open(DataConfig? config = null) => Dataset.Open(new(config ?? Config, new(), 1, 1));

    private string Fails(ExitCode code, DataConfig config)
    {
        var error = Assert.Throws<SegTrainException>(() => Open(config));
        Assert.Equal(code, error.Code);
        return error.Message;
    }
}
