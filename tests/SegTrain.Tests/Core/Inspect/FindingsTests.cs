using SegTrain.Core.Data;
using SegTrain.Core.Inspect;
using SegTrain.Tests.Core.Data;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Inspect;

/// <summary>What stands in images and masks.</summary>
public sealed class FindingsTests : IDisposable
{
    private readonly InspectedSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void The_same_picture_is_found_whatever_its_format_and_its_masks_are_compared()
    {
        _set.Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        _set.Pair("train/{0}/twin.png", 1, [0, 0, 1, 1]);
        _set.Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        _set.Pair("val/{0}/b.png", 2, [0, 1, 1, 1]);
        _set.Pair("train/{0}/c.png", 3, [0, 0, 1, 1]);
        _set.Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        _set.Folder.Write("val/images/c.bmp", RawImage.Bmp(20, 20, 8, [.. InspectedSet.Noise(3).Chunk(20)], [.. Enumerable.Range(0, 256).SelectMany(static v => new byte[] { (byte)v, (byte)v, (byte)v, 0 })]));
        File.Delete(_set.Folder["val/images/c.png"]);
        var report = _set.Inspect(new() { Batch = 1 });
        Assert.Equal(
            [("train/a (train) = train/twin (train)", false, true), ("train/b (train) = val/b (val)", true, false), ("train/c (train) = val/c (val)", true, true)],
            report.Duplicates.Select(static same => (string.Join(" = ", same.Pairs), same.AcrossSplits, same.SameMask)));
        Assert.Equal(Verdict.Warnings, report.Verdict);
        Assert.Equal(3, report.Warnings.Count);
    }

    [Fact]
    public void Stray_values_are_counted_by_value_and_by_file_and_their_nearest_class_named()
    {
        _set.Pair("train/{0}/a.png", 1, [0, 0, 100, 100]);
        _set.Pair("train/{0}/b.png", 2, [0, 0, 100, 97]);
        _set.Pair("val/{0}/c.png", 3, [97, 97, 100, 40]);
        var data = new DataConfig { Classes = [InspectedSet.Named("sky", "0"), InspectedSet.Named("road", "100")] };
        var report = _set.Inspect(new() { Batch = 1, Data = data });
        Assert.Equal([new StrayValue("97", null, 300, 2, "road", 3), new StrayValue("40", null, 100, 1, "sky", 40)], report.Strays.Values);
        Assert.Equal([("val/masks/c.png", "val", 300L, 0.75), ("train/masks/b.png", "train", 100L, 0.25)], report.Strays.Files.Select(static file => (file.File, file.Split, file.Pixels, file.Share)));
        Assert.Equal([new StrayPixels("97", 200, 0, 0), new StrayPixels("40", 100, 0, 15)], report.Strays.Files[0].Values);
        Assert.Equal(("no class", new Extent(400, 400 / 1200.0, 2)), (report.Classes[^1].Name, report.Classes[^1].All));
        Assert.Equal(Verdict.Refused, report.Verdict);

        // Let pass, they are no problem, but still listed, and counted once.
        report = _set.Inspect(new() { Batch = 1, Data = data with { Stray = SegTrain.Core.Data.Masks.StrayPolicy.Ignore } });
        Assert.Equal(2, report.Strays.Files.Count);
        Assert.Empty(report.Problems);
        Assert.Equal(["sky", "road", "no class"], report.Classes.Select(static row => row.Name));
    }

    [Fact]
    public void A_colour_in_few_masks_may_be_a_slip()
    {
        for (var i = 0; i < 8; i++)
        {
            var mask = SegTrain.Core.Images.PixelImage.Allocate(20, 20, 3, 8);
            for (var at = 0; at < mask.Samples.Length; at++)
                mask.Samples[at] = (byte)(at < 600 ? 10 * (at % 3) : 50 + (at % 3));
            if (i == 5)
                mask.Samples.AsSpan(0, 6).Clear();
            _set.Folder.Png($"masks/{i}.png", mask);
            _set.Folder.Grey($"images/{i}.png", 20, 20, InspectedSet.Noise(i));
        }

        var report = _set.Inspect(new() { Batch = 1 });
        Assert.Equal(new StrayValue("#000000", "class 0", 2, 1, "class 1", report.Strays.Values[0].Distance), Assert.Single(report.Strays.Values));
        Assert.Equal(("masks/5.png", 2L), (Assert.Single(report.Strays.Files).File, report.Strays.Files[0].Pixels));
        Assert.Equal(Verdict.Warnings, report.Verdict);
        Assert.Contains("ignore: ['#000000']", report.Advice.Yaml);
        Assert.DoesNotContain("class 0", report.Advice.Yaml);
    }

    [Fact]
    public void The_only_foreground_is_no_slip_however_rare()
    {
        for (var i = 0; i < 8; i++)
            _set.Pair($"train/{{0}}/{i}.png", i, [0, 0, 0, 0]);
        _set.Folder.Grey("train/masks/0.png", 20, 20, [255, 255, .. new byte[398]]);
        _set.Pair("val/{0}/c.png", 9, [0, 0, 0, 0]);
        var report = _set.Inspect(new() { Batch = 2 });
        Assert.Empty(report.Strays.Values);
        Assert.DoesNotContain(report.Advice.Settings, static setting => setting.Key == "data.ignore");
    }

    [Fact]
    public void Odd_images_and_masks_are_warnings()
    {
        _set.Pair("train/{0}/fine.png", 1, [0, 1, 2, 255]);
        _set.Folder.Grey("train/images/flat.png", 20, 20, [.. Enumerable.Repeat((byte)7, 400)]);
        _set.Folder.Grey("train/masks/flat.png", 20, 20, InspectedSet.Quarters([0, 0, 1, 1]));
        _set.Folder.Png("train/images/clear.png", new(20, 20, 4, 8, [.. Enumerable.Range(0, 1600).Select(static i => (byte)i)]));
        _set.Folder.Grey("train/masks/clear.png", 20, 20, InspectedSet.Quarters([0, 0, 0, 0]));
        _set.Pair("train/{0}/void.png", 2, [255, 255, 255, 255]);
        _set.Folder.Grey("val/images/small.png", 3, 30, InspectedSet.Noise(4)[..90]);
        _set.Folder.Grey("val/masks/small.png", 3, 30, InspectedSet.Noise(4)[..90].Select(static v => (byte)(v & 1)).ToArray());
        _set.Folder.Write("val/images/turned.jpg", RawImage.TurnedJpeg);
        _set.Folder.Write("val/masks/turned.png", RawImage.Png(8, 16, 8, 0, [.. Enumerable.Repeat(new byte[] { 0, 0, 0, 0, 1, 1, 1, 1 }, 16)]));
        var warnings = _set.Inspect(new() { Batch = 1 }).Warnings.ToDictionary(static warning => warning.Kind.Split(" (")[0], static warning => string.Join(", ", warning.Items));
        Assert.Equal(
            new()
            {
                ["Classes that no validation mask holds"] = "class 2",
                ["Images of a single colour"] = "train/flat",
                ["Images with transparent pixels"] = "train/clear",
                ["Images with a side under 16 pixels"] = "val/small: 3 x 30, val/turned: 8 x 16",
                ["Images with an EXIF turn"] = "val/turned",
                ["Masks of a single class"] = "train/clear: class 0",
                ["Masks that are ignored as a whole"] = "train/void",
            },
            warnings);
    }

    [Fact]
    public void Labels_with_masks_of_their_own_are_counted_where_they_overlap()
    {
        for (var i = 0; i < 3; i++)
        {
            _set.Folder.Grey($"images/{i}.png", 20, 20, InspectedSet.Noise(i));
            _set.Folder.Grey($"nerve/{i}.png", 20, 20, InspectedSet.Quarters([0, 255, 255, 0]));
            _set.Folder.Grey($"vessel/{i}.png", 20, 20, InspectedSet.Quarters([0, 0, 255, 0]));
        }

        var data = new DataConfig { Images = "images/*.png", Classes = [new() { Name = "nerve", Masks = "nerve/*.png" }, new() { Name = "vessel", Masks = "vessel/*.png" }] };
        var found = Inspector.Run(_set.Config(new() { Batch = 1, Data = data }), null);
        Assert.Empty(found.Report.Problems);
        Assert.Equal([("nerve", 600L, 3), ("vessel", 300L, 3)], found.Report.Classes.Select(static row => (row.Name, row.All.Pixels, row.All.Masks)));
        Assert.Equal(2, found.Picks.Count);
        InspectionPage.Write(_set.Folder["page.html"], found);
        Assert.Contains("data:image/png", File.ReadAllText(_set.Folder["page.html"]));
    }

    [Fact]
    public void Aerial_has_its_stray_colour_in_nine_files_and_the_shares_of_its_README()
    {
        var data = new DataConfig
        {
            Path = SharedData.Folder("aerial"),
            Classes = [InspectedSet.Named("land", "#8429F6"), InspectedSet.Named("water", "#E2A929"), InspectedSet.Named("building", "#3C1098"), InspectedSet.Named("vegetation", "#FEDD3A"), InspectedSet.Named("road", "#6EC1E4")],
            Ignore = ["#9B9B9B"],
        };
        var report = Inspector.Run(new() { Data = data }, null).Report;
        Assert.Equal(Verdict.Refused, report.Verdict);
        Assert.Equal(
            [
                ("tile3_image_part_006", 302), ("tile3_image_part_007", 4), ("tile5_image_part_002", 506), ("tile6_image_part_005", 678), ("tile6_image_part_006", 185),
                ("tile7_image_part_002", 1147), ("tile7_image_part_009", 2725), ("tile8_image_part_002", 886), ("tile8_image_part_003", 545723),
            ],
            report.Strays.Files.Select(static file => (Path.GetFileNameWithoutExtension(file.File), (int)file.Pixels)).Order());
        Assert.Equal("#000000", Assert.Single(report.Strays.Values).Value);
        double[] shares = [52.36, 13.61, 13.31, 10.31, 9.35, 0.51, 0.56];
        Assert.All(report.Classes.Zip(shares), static row => Assert.Equal(row.Second, 100 * row.First.All.Share, 0.01));
    }
}
