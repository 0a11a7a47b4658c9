using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Masks;

public sealed class MaskSurveyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<CheckedPair> _pairs = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shares_are_of_all_pixels()
    {
        Grey(0, 0, 1, 9);
        Grey(1, 1, 1, 9);
        var survey = Survey(new() { Ignore = ["9"] });
        Assert.Equal([0.25, 0.5], survey.Classes.Items.Select(static item => item.Share));
        Assert.Equal(0.25, survey.Classes.IgnoredShare);
        Assert.Equal([new(0, 2), new(1, 1), new(ClassList.Ignore, 1)], survey.Scans[0].Classes);
        Assert.Equal(["#000000", "#E6194B"], survey.Classes.Items.Select(static item => item.Color));
    }

    [Fact]
    public void Strays_are_named_for_all_files_or_counted_in_each()
    {
        Grey(0, 1, 1, 0);
        Grey(0, 7, 1, 7, 8);
        Add(new PixelImage(2, 1, 3, 8, [0, 0, 0, 1, 2, 3]));
        var config = new DataConfig { Classes = [new() { Name = "a", Value = "0" }, new() { Name = "b", Value = "1" }] };
        var problems = new DataProblems();
        Survey(config, problems);
        var message = Assert.Single(problems.All);
        Assert.Contains("data.stray", message.Kind);
        Assert.Equal(2, message.Items.Count);
        Assert.EndsWith("1.png: value 7 in 2 pixels, the first at x 1, y 0; 3 pixels of such values in all", message.Items[0]);
        Assert.EndsWith("2.png: value #010203 in 1 pixels, the first at x 1, y 0", message.Items[1]);

        var ignoring = Survey(config with { Stray = StrayPolicy.Ignore });
        Assert.Equal([0, 3, 1], ignoring.Scans.Select(static scan => scan.StrayPixels));
        Assert.Equal([new(7, 2, 1), new(8, 1, 4)], ignoring.Scans[1].Strays);
        Assert.Equal([new(0, 1), new(1, 1), new(ClassList.Ignore, 3)], ignoring.Scans[1].Classes);
        Assert.Equal([new(0, 1), new(1, 4)], Survey(config with { Stray = StrayPolicy.Nearest }).Scans[1].Classes);
    }

    [Fact]
    public void Masks_of_many_values_are_counted_as_well_as_others()
    {
        var levels = Enumerable.Range(0, 400).Select(static i => (byte)(i % 40)).ToArray();
        Grey(levels);
        Grey(0, 1, 2);
        var survey = Survey(new());
        Assert.Equal(40, survey.Classes.Count);
        Assert.Equal(2, survey.Scans.Count);
        Assert.All(survey.Scans[0].Classes, static count => Assert.Equal(10, count.Pixels));
        Assert.Equal([11, 11, 11, 10], MaskScan.Sum(survey.Scans)[..4]);
    }

    [Fact]
    public void A_mask_that_does_not_decode_is_a_problem_and_the_others_are_read()
    {
        Grey(0, 1);
        var damaged = RawImage.Png(8, 8, 8, 0, [.. Enumerable.Range(0, 8).Select(static _ => new byte[8])]);
        damaged[^20] ^= 0xFF;
        Add(_folder.Write("1.png", damaged));
        var problems = new DataProblems();
        Assert.Single(Survey(new(), problems).Scans);
        Assert.StartsWith(_folder["1.png"], Assert.Single(Assert.Single(problems.All).Items));
    }

    [Fact]
    public void Masks_without_a_pixel_of_any_class_are_an_error()
    {
        Grey(4, 4);
        var config = new DataConfig { Classes = [new() { Name = "a", Value = "0" }, new() { Name = "b", Value = "1" }], Ignore = ["4"] };
        Assert.Contains("ignored", Assert.Throws<SegTrainException>(() => Survey(config)).Message);
    }

    [Fact]
    public void One_bit_files_are_two_valued_and_can_be_inverted()
    {
        // 10 pixels of 1 bit: 1111000000.
        Add(_folder.Write("0.png", RawImage.Png(10, 1, 1, 0, [[0b1111_0000, 0]])));
        Assert.Equal([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], Encode(Survey(new())));
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 1], Encode(Survey(new() { Invert = true })));
    }

    [Fact]
    public void Palettes_are_read_by_colour_whatever_their_order()
    {
        byte[] red = [200, 0, 0], green = [0, 210, 0], blue = [0, 0, 220];
        Add(_folder.Write("0.png", RawImage.Png(3, 1, 8, 3, [[0, 1, 2]], ("PLTE", [.. red, .. green, .. blue]))));
        Add(_folder.Write("1.png", RawImage.Png(3, 1, 8, 3, [[0, 1, 2]], ("PLTE", [.. blue, .. red, .. green]))));
        var survey = Survey(new());
        Assert.Equal(["#0000DC", "#00D200", "#C80000"], survey.Classes.Items.Select(static item => item.Value));
        Assert.Equal([2, 1, 0], Encode(survey));
        Assert.Equal([0, 2, 1], Encode(survey, 1));
    }

    [Fact]
    public void A_VOC_palette_file_keeps_its_places_and_ignores_255()
    {
        var palette = new byte[768];
        ((ReadOnlySpan<byte>)[128, 0, 0, 0, 128, 0]).CopyTo(palette.AsSpan(3));
        ((ReadOnlySpan<byte>)[224, 224, 192]).CopyTo(palette.AsSpan(765));
        Add(_folder.Write("0.png", RawImage.Png(4, 1, 8, 3, [[0, 255, 2, 1]], ("PLTE", palette))));
        Assert.Equal([0, ClassList.Ignore, 2, 1], Encode(Survey(new())));
    }

    private byte[] Encode(MaskSurvey survey, int pair = 0) => survey.Targets.Read(_pairs[pair], _pairs[pair].Image.Width, _pairs[pair].Image.Height);

    private MaskSurvey Survey(DataConfig config, DataProblems? problems = null) => MaskSurvey.Of(config, _pairs, problems ?? new())!;

    private void Grey(params byte[] samples) => Add(new PixelImage(samples.Length, 1, 1, 8, samples));

    private void Add(PixelImage mask) => Add(_folder.Png($"{_pairs.Count}.png", mask));

    private void Add(string file) => _pairs.Add(new(new($"{_pairs.Count}", file, file, null), ImageFile.Identify(file), ImageFile.Identify(file)));
}
