using SegTrain.Core;
using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Inspect;
using SegTrain.Tests.Core.Config;
using SegTrain.Tests.Core.Data;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Inspect;

public sealed class InspectorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_set_is_ready_and_its_classes_are_counted()
    {
        Pair("train/{0}/a.png", 1, [0, 0, 255, 0]);
        Pair("train/{0}/b.png", 2, [0, 0, 255, 255]);
        Pair("val/{0}/c.png", 3, [255, 255, 255, 0]);
        Pair("test/{0}/d.png", 4, [0, 0, 0, 0]);
        var report = Inspect(new() { Batch = 2 });
        Assert.Empty(report.Problems);
        Assert.Equal(new SplitCounts(2, 1, 1, "as the set says"), report.Pairs);
        Assert.Equal("two-valued", report.Encoding!.Name);
        Assert.Equal([new SizeCount(20, 20, 4)], report.Sizes);
        Assert.Equal([new FileKind("png", 1, 8, 4)], report.Images);
        Assert.Equal(["background", "foreground"], report.Classes.Select(static row => row.Name));
        var foreground = report.Classes[1];
        Assert.Equal(new Extent(600, 600 / 1600.0, 3), foreground.All);
        Assert.Equal(new Extent(300, 300 / 800.0, 2), foreground.Train);
        Assert.Equal(new Extent(300, 300 / 400.0, 1), foreground.Validation);
        Assert.Equal(new Extent(0, 0, 0), foreground.Test);
        Assert.Equal(["Masks of a single class (right where it fills the image, else the wrong file):"], report.Warnings.Select(static warning => warning.Kind));
    }

    [Fact]
    public void Everything_wrong_is_named_and_the_rest_is_looked_at()
    {
        Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        _folder.Grey("train/images/lonely.png", 1, 1, 0);
        _folder.Grey("train/images/size.png", 2, 1, 0, 0);
        _folder.Grey("train/masks/size.png", 1, 2, 0, 0);
        Pair("train/{0}/cut.png", 4, [0, 0, 1, 1]);
        _folder.Write("train/images/cut.png", File.ReadAllBytes(_folder["train/images/cut.png"])[..^9]);
        Pair("train/{0}/image.png", 5, [0, 0, 1, 1]);
        Damage("train/images/image.png");
        Pair("train/{0}/mask.png", 6, [0, 0, 1, 1]);
        Damage("train/masks/mask.png");
        Pair("test/{0}/mask.png", 7, [0, 0, 1, 1]);
        Damage("test/masks/mask.png");

        var report = Inspect(new() { Batch = 2 });
        Assert.Equal(Verdict.Refused, report.Verdict);
        var items = report.Problems.SelectMany(static problem => problem.Items).ToList();
        foreach (var name in new[] { "lonely.png", "size: image 2 x 1, mask 1 x 2", "cut.png: the file is truncated", "train/images/image.png", "train/masks/mask.png" })
            Assert.Single(items, item => item.Contains(name, StringComparison.Ordinal));
        Assert.Equal(5, items.Count);
        Assert.Single(report.Warnings.SelectMany(static warning => warning.Items), item => item.Contains("test/masks/mask.png", StringComparison.Ordinal));
        Assert.Equal((4, 1, 1), (report.Pairs.Train, report.Pairs.Validation, report.Pairs.Test));

        // The mask of the damaged image counts, the damaged mask does not.
        Assert.Equal(new Extent(600, 0.5, 3), report.Classes[1].Train);
    }

    [Fact]
    public void What_fit_refuses_is_a_problem_in_its_words()
    {
        Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        Same(new() { Batch = 2 }, null);
        Same(new() { Batch = 3 }, "train.batch_size");
        Same(new() { Batch = 2, Data = new() { Classes = [Named("a", "0"), Named("b", "2")] } }, "belong to no class");
        Same(new() { Batch = 2, Data = new() { Ignore = ["0", "1"] } }, "ignored");
        _folder.Grey("train/images/long.png", 5, 40, new byte[200]);
        _folder.Grey("train/masks/long.png", 5, 40, new byte[200]);
        Same(new() { Batch = 2 }, "differ in size");
        Same(new() { Batch = 2, Crop = [8, 8] }, null);
        Same(new() { Batch = 2, Data = new() { Resize = [16, 16] } }, null);
        Same(new() { Batch = 2, Crop = [8, 8], Data = new() { Cache = CacheMode.Ram, CacheBytes = "1kB" } }, "data.cache_bytes");

        void Same(Wanted wanted, string? expected)
        {
            var problem = string.Join('\n', Inspect(wanted).Problems.Select(static p => string.Join('\n', p.Items.Prepend(p.Kind))));
            var refused = Record.Exception(() => Dataset.Open(Config(wanted))) as SegTrainException;
            Assert.Equal(expected is null, refused is null);
            Assert.Contains(expected ?? "", problem);
            if (expected is null)
                Assert.Equal("", problem);
            else
                Assert.All(problem.Split('\n'), line => Assert.Contains(line, refused!.Message));
        }
    }

    [Fact]
    public void Nothing_to_look_at_is_a_report_too()
    {
        var report = Inspector.Run(new() { Data = new() { Path = _folder["nothing"] } }, null).Report;
        Assert.Contains("no such folder", Assert.Single(report.Problems).Kind);
        Assert.Empty(report.Advice.Settings);
        Assert.Equal(0, report.Pairs.All);

        Pair("{0}/a.png", 1, [0, 0, 1, 1]);
        Pair("{0}/b.png", 2, [0, 0, 1, 1]);
        Damage("masks/a.png");
        Damage("masks/b.png");
        report = Inspect(new() { Batch = 1 });
        Assert.Equal(2, Assert.Single(report.Problems).Items.Count);
        Assert.Null(report.Encoding);
    }

    [Fact]
    public void The_same_picture_is_found_whatever_its_format_and_its_masks_are_compared()
    {
        Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        Pair("train/{0}/twin.png", 1, [0, 0, 1, 1]);
        Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        Pair("val/{0}/b.png", 2, [0, 1, 1, 1]);
        Pair("train/{0}/c.png", 3, [0, 0, 1, 1]);
        Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        _folder.Write("val/images/c.bmp", RawImage.Bmp(20, 20, 8, [.. Noise(3).Chunk(20)], [.. Enumerable.Range(0, 256).SelectMany(static v => new byte[] { (byte)v, (byte)v, (byte)v, 0 })]));
        File.Delete(_folder["val/images/c.png"]);
        var report = Inspect(new() { Batch = 1 });
        Assert.Equal(
            [("train/a (train) = train/twin (train)", false, true), ("train/b (train) = val/b (val)", true, false), ("train/c (train) = val/c (val)", true, true)],
            report.Duplicates.Select(static same => (string.Join(" = ", same.Pairs), same.AcrossSplits, same.SameMask)));
        Assert.Equal(Verdict.Warnings, report.Verdict);
        Assert.Equal(3, report.Warnings.Count);
    }

    [Fact]
    public void Stray_values_are_counted_by_value_and_by_file_and_their_nearest_class_named()
    {
        Pair("train/{0}/a.png", 1, [0, 0, 100, 100]);
        Pair("train/{0}/b.png", 2, [0, 0, 100, 97]);
        Pair("val/{0}/c.png", 3, [97, 97, 100, 40]);
        var data = new DataConfig { Classes = [Named("sky", "0"), Named("road", "100")] };
        var report = Inspect(new() { Batch = 1, Data = data });
        Assert.Equal([new StrayValue("97", null, 300, 2, "road", 3), new StrayValue("40", null, 100, 1, "sky", 40)], report.Strays.Values);
        Assert.Equal([("val/masks/c.png", "val", 300L, 0.75), ("train/masks/b.png", "train", 100L, 0.25)], report.Strays.Files.Select(static file => (file.File, file.Split, file.Pixels, file.Share)));
        Assert.Equal([new StrayPixels("97", 200, 0, 0), new StrayPixels("40", 100, 0, 15)], report.Strays.Files[0].Values);
        Assert.Equal(("no class", new Extent(400, 400 / 1200.0, 2)), (report.Classes[^1].Name, report.Classes[^1].All));
        Assert.Equal(Verdict.Refused, report.Verdict);

        // Let pass, they are no problem, but still listed, and counted once.
        report = Inspect(new() { Batch = 1, Data = data with { Stray = SegTrain.Core.Data.Masks.StrayPolicy.Ignore } });
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
            _folder.Png($"masks/{i}.png", mask);
            _folder.Grey($"images/{i}.png", 20, 20, Noise(i));
        }

        var report = Inspect(new() { Batch = 1 });
        Assert.Equal(new StrayValue("#000000", "class 0", 2, 1, "class 1", report.Strays.Values[0].Distance), Assert.Single(report.Strays.Values));
        Assert.Equal(("masks/5.png", 2L), (Assert.Single(report.Strays.Files).File, report.Strays.Files[0].Pixels));
        Assert.Equal(Verdict.Warnings, report.Verdict);
        Assert.Contains("ignore: ['#000000']", report.Advice.Yaml);
        Assert.DoesNotContain("class 0", report.Advice.Yaml);
    }

    [Fact]
    public void Odd_images_and_masks_are_warnings()
    {
        Pair("train/{0}/fine.png", 1, [0, 1, 2, 255]);
        _folder.Grey("train/images/flat.png", 20, 20, [.. Enumerable.Repeat((byte)7, 400)]);
        _folder.Grey("train/masks/flat.png", 20, 20, Quarters([0, 0, 1, 1]));
        _folder.Png("train/images/clear.png", new(20, 20, 4, 8, [.. Enumerable.Range(0, 1600).Select(static i => (byte)i)]));
        _folder.Grey("train/masks/clear.png", 20, 20, Quarters([0, 0, 0, 0]));
        Pair("train/{0}/void.png", 2, [255, 255, 255, 255]);
        _folder.Grey("val/images/small.png", 3, 30, Noise(4)[..90]);
        _folder.Grey("val/masks/small.png", 3, 30, Noise(4)[..90].Select(static v => (byte)(v & 1)).ToArray());
        _folder.Write("val/images/turned.jpg", RawImage.TurnedJpeg);
        _folder.Write("val/masks/turned.png", RawImage.Png(8, 16, 8, 0, [.. Enumerable.Repeat(new byte[] { 0, 0, 0, 0, 1, 1, 1, 1 }, 16)]));
        var warnings = Inspect(new() { Batch = 1 }).Warnings.ToDictionary(static warning => warning.Kind.Split(" (")[0], static warning => string.Join(", ", warning.Items));
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
    public void The_proposed_configuration_mends_what_it_can()
    {
        _folder.Grey("train/images/a.png", 100, 90, Noise(1, 9000));
        _folder.Grey("train/masks/a.png", 100, 90, [.. Enumerable.Range(0, 9000).Select(static i => (byte)(i < 900 ? 3 : 9))]);
        _folder.Grey("train/images/b.png", 70, 40, Noise(2, 2800));
        _folder.Grey("train/masks/b.png", 70, 40, [.. Enumerable.Range(0, 2800).Select(static i => (byte)(i < 280 ? 3 : i < 290 ? 5 : 9))]);
        Pair("val/{0}/c.png", 3, [3, 9, 9, 9]);
        var first = Inspector.Run(new() { Data = new() { Path = _folder.Path, Classes = [Named("cell", "3"), Named("gap", "9")] } }, null).Report;
        Assert.Equal(Verdict.Refused, first.Verdict);
        Assert.Equal(["data.ignore", "augment.crop", "data.repeat"], first.Advice.Settings.Select(static setting => setting.Key));
        Assert.Contains("crop: [32, 32]", first.Advice.Yaml);

        var yaml = first.Advice.Yaml.Replace("data:\n", $"data:\n  path: '{_folder.Path}'\n  classes: [{{name: cell, value: 3}}, {{name: gap, value: 9}}]\n");
        Assert.Equal(Verdict.Ready, Inspector.Run(ConfigFixture.Load(yaml).Run, null).Report.Verdict);
    }

    [Fact]
    public void Class_weights_are_those_of_a_run()
    {
        // 900 and 100 pixels, the example of ClassWeights.
        foreach (var (name, split) in new[] { ("a", "train"), ("b", "val") })
        {
            _folder.Grey($"{split}/images/{name}.png", 40, 25, Noise(name[0], 1000));
            _folder.Grey($"{split}/masks/{name}.png", 40, 25, [.. Enumerable.Range(0, 1000).Select(static i => (byte)(i < 900 ? 0 : 1))]);
        }

        var weights = Inspect(new() { Batch = 1 }).Advice.Weights;
        Assert.Equal(["inverse", "median-frequency", "effective-number"], weights.Keys);
        Assert.Equal([0.5556, 5], weights["inverse"]);
        Assert.Equal([0.5556, 5], weights["median-frequency"]);
    }

    [Fact]
    public void Labels_with_masks_of_their_own_are_counted_where_they_overlap()
    {
        for (var i = 0; i < 3; i++)
        {
            _folder.Grey($"images/{i}.png", 20, 20, Noise(i));
            _folder.Grey($"nerve/{i}.png", 20, 20, Quarters([0, 255, 255, 0]));
            _folder.Grey($"vessel/{i}.png", 20, 20, Quarters([0, 0, 255, 0]));
        }

        var data = new DataConfig { Images = "images/*.png", Classes = [new() { Name = "nerve", Masks = "nerve/*.png" }, new() { Name = "vessel", Masks = "vessel/*.png" }] };
        var found = Inspector.Run(Config(new() { Batch = 1, Data = data }), null);
        Assert.Empty(found.Report.Problems);
        Assert.Equal([("nerve", 600L, 3), ("vessel", 300L, 3)], found.Report.Classes.Select(static row => (row.Name, row.All.Pixels, row.All.Masks)));
        Assert.Equal(2, found.Picks.Count);
        InspectionPage.Write(_folder["page.html"], found);
        Assert.Contains("data:image/png", File.ReadAllText(_folder["page.html"]));
    }

    [Fact]
    public void Aerial_has_its_stray_colour_in_nine_files_and_the_shares_of_its_README()
    {
        var data = new DataConfig
        {
            Path = SharedData.Folder("aerial"),
            Classes = [Named("land", "#8429F6"), Named("water", "#E2A929"), Named("building", "#3C1098"), Named("vegetation", "#FEDD3A"), Named("road", "#6EC1E4")],
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

    private static ClassConfig Named(string name, string value) => new() { Name = name, Value = value };

    private static byte[] Noise(int seed, int length = 400)
    {
        var noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    /// <summary>20 x 20 pixels, each value on five rows.</summary>
    private static byte[] Quarters(byte[] values) => [.. Enumerable.Range(0, 400).Select(i => values[i / 100])];

    /// <summary>An image of noise and a mask with each value on five rows.</summary>
    private void Pair(string pattern, int seed, byte[] values)
    {
        _folder.Grey(string.Format(pattern, "images"), 20, 20, Noise(seed));
        _folder.Grey(string.Format(pattern, "masks"), 20, 20, Quarters(values));
    }

    /// <summary>Breaks the pixels and leaves the header sound.</summary>
    private void Damage(string name)
    {
        var file = File.ReadAllBytes(_folder[name]);
        file[^20] ^= 0xFF;
        _folder.Write(name, file);
    }

    private Inspection Inspect(Wanted wanted) => Inspector.Run(Config(wanted), null).Report;

    private RunConfig Config(Wanted wanted) => new()
    {
        Data = wanted.Data with { Path = _folder.Path },
        Train = new() { BatchSize = wanted.Batch },
        Augment = new() { Crop = wanted.Crop },
    };

    private sealed record Wanted
    {
        public DataConfig Data { get; init; } = new();

        public int Batch { get; init; }

        public IReadOnlyList<int> Crop { get; init; } = [];
    }
}
