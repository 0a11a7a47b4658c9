using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Inspect;
using SegTrain.Tests.Core.Config;

namespace SegTrain.Tests.Core.Inspect;

/// <summary>What a set is found to be, what would stop a run, and what is proposed.</summary>
public sealed class InspectorTests : IDisposable
{
    private readonly InspectedSet _set = new();

    public void Dispose() => _set.Dispose();

    [Fact]
    public void A_sound_set_is_ready_and_its_classes_are_counted()
    {
        _set.Pair("train/{0}/a.png", 1, [0, 0, 255, 0]);
        _set.Pair("train/{0}/b.png", 2, [0, 0, 255, 255]);
        _set.Pair("val/{0}/c.png", 3, [255, 255, 255, 0]);
        _set.Pair("test/{0}/d.png", 4, [0, 0, 0, 0]);
        var report = _set.Inspect(new() { Batch = 2 });
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
        _set.Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        _set.Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        _set.Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        _set.Folder.Grey("train/images/lonely.png", 1, 1, 0);
        _set.Folder.Grey("train/images/size.png", 2, 1, 0, 0);
        _set.Folder.Grey("train/masks/size.png", 1, 2, 0, 0);
        _set.Pair("train/{0}/cut.png", 4, [0, 0, 1, 1]);
        _set.Folder.Write("train/images/cut.png", File.ReadAllBytes(_set.Folder["train/images/cut.png"])[..^9]);
        _set.Pair("train/{0}/image.png", 5, [0, 0, 1, 1]);
        _set.Damage("train/images/image.png");
        _set.Pair("train/{0}/mask.png", 6, [0, 0, 1, 1]);
        _set.Damage("train/masks/mask.png");
        _set.Pair("test/{0}/mask.png", 7, [0, 0, 1, 1]);
        _set.Damage("test/masks/mask.png");

        var report = _set.Inspect(new() { Batch = 2 });
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
        _set.Pair("train/{0}/a.png", 1, [0, 0, 1, 1]);
        _set.Pair("train/{0}/b.png", 2, [0, 0, 1, 1]);
        _set.Pair("val/{0}/c.png", 3, [0, 0, 1, 1]);
        Same(new() { Batch = 2 }, null);
        Same(new() { Batch = 3 }, "train.batch_size");
        Same(new() { Batch = 2, Data = new() { Classes = [InspectedSet.Named("a", "0"), InspectedSet.Named("b", "2")] } }, "belong to no class");
        Same(new() { Batch = 2, Data = new() { Ignore = ["0", "1"] } }, "ignored");
        _set.Folder.Grey("train/images/long.png", 5, 40, new byte[200]);
        _set.Folder.Grey("train/masks/long.png", 5, 40, new byte[200]);
        Same(new() { Batch = 2 }, "differ in size");
        Same(new() { Batch = 2, Crop = [8, 8] }, null);
        Same(new() { Batch = 2, Data = new() { Resize = [16, 16] } }, null);
        Same(new() { Batch = 2, Crop = [8, 8], Data = new() { Cache = CacheMode.Ram, CacheBytes = "1kB" } }, "data.cache_bytes");

        void Same(Wanted wanted, string? expected)
        {
            var problem = string.Join('\n', _set.Inspect(wanted).Problems.Select(static p => string.Join('\n', p.Items.Prepend(p.Kind))));
            var refused = Record.Exception(() => Dataset.Open(_set.Config(wanted).Loading)) as SegTrainException;
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
        var report = Inspector.Run(new() { Data = new() { Path = _set.Folder["nothing"] } }, null).Report;
        Assert.Contains("no such folder", Assert.Single(report.Problems).Kind);
        Assert.Empty(report.Advice.Settings);
        Assert.Equal(0, report.Pairs.All);

        _set.Pair("{0}/a.png", 1, [0, 0, 1, 1]);
        _set.Pair("{0}/b.png", 2, [0, 0, 1, 1]);
        _set.Damage("masks/a.png");
        _set.Damage("masks/b.png");
        report = _set.Inspect(new() { Batch = 1 });
        Assert.Equal(2, Assert.Single(report.Problems).Items.Count);
        Assert.Null(report.Encoding);
    }

    [Fact]
    public void The_proposed_configuration_mends_what_it_can()
    {
        _set.Folder.Grey("train/images/a.png", 100, 90, InspectedSet.Noise(1, 9000));
        _set.Folder.Grey("train/masks/a.png", 100, 90, [.. Enumerable.Range(0, 9000).Select(static i => (byte)(i < 900 ? 3 : 9))]);
        _set.Folder.Grey("train/images/b.png", 70, 40, InspectedSet.Noise(2, 2800));
        _set.Folder.Grey("train/masks/b.png", 70, 40, [.. Enumerable.Range(0, 2800).Select(static i => (byte)(i < 280 ? 3 : i < 290 ? 5 : 9))]);
        _set.Pair("val/{0}/c.png", 3, [3, 9, 9, 9]);
        var first = Inspector.Run(new() { Data = new() { Path = _set.Folder.Path, Classes = [InspectedSet.Named("cell", "3"), InspectedSet.Named("gap", "9")] } }, null).Report;
        Assert.Equal(Verdict.Refused, first.Verdict);
        Assert.Equal(["data.ignore", "augment.crop", "data.repeat"], first.Advice.Settings.Select(static setting => setting.Key));
        Assert.Contains("crop: [32, 32]", first.Advice.Yaml);

        var yaml = first.Advice.Yaml.Replace("data:\n", $"data:\n  path: '{_set.Folder.Path}'\n  classes: [{{name: cell, value: 3}}, {{name: gap, value: 9}}]\n");
        Assert.Equal(Verdict.Ready, Inspector.Run(ConfigFixture.Load(yaml).Run, null).Report.Verdict);
    }

    [Fact]
    public void Class_weights_are_those_of_a_run()
    {
        // 900 and 100 pixels, the example of ClassWeights.
        foreach (var (name, split) in new[] { ("a", "train"), ("b", "val") })
        {
            _set.Folder.Grey($"{split}/images/{name}.png", 40, 25, InspectedSet.Noise(name[0], 1000));
            _set.Folder.Grey($"{split}/masks/{name}.png", 40, 25, [.. Enumerable.Range(0, 1000).Select(static i => (byte)(i < 900 ? 0 : 1))]);
        }

        var weights = _set.Inspect(new() { Batch = 1 }).Advice.Weights;
        Assert.Equal(["inverse", "median-frequency", "effective-number"], weights.Keys);
        Assert.Equal([0.5556, 5], weights["inverse"]);
        Assert.Equal([0.5556, 5], weights["median-frequency"]);
    }
}
