using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Data;

/// <summary>A real set with all that can be odd about masks; the numbers are those of its README.</summary>
public sealed class AerialTests
{
    private static readonly (string Name, int Pixels)[] Strays =
    [
        ("tile3_image_part_006", 302), ("tile3_image_part_007", 4), ("tile5_image_part_002", 506), ("tile6_image_part_005", 678), ("tile6_image_part_006", 185),
        ("tile7_image_part_002", 1147), ("tile7_image_part_009", 2725), ("tile8_image_part_002", 886), ("tile8_image_part_003", 545723),
    ];

    [Fact]
    public void Its_configuration_counts_every_class_and_finds_the_nine_files()
    {
        var config = Load(File.ReadAllText(Repository.File("configs/aerial.yaml"))).Run.Data with { Path = SharedData.Folder("aerial") };
        var pairs = Pairs(config);
        var problems = new DataProblems();
        var survey = MaskSurvey.Of(config, pairs, problems)!;
        Assert.Empty(problems.All);
        double[] shares = [0.5236, 0.1361, 0.1331, 0.1031, 0.0935];
        Assert.All(survey.Classes.Items.Zip(shares), static item => Assert.InRange(item.First.Share, item.Second - 0.0001, item.Second + 0.0001));
        Assert.Equal(0.0051 + 0.0056, survey.Classes.IgnoredShare, 0.0001);
        Assert.Equal(Strays, survey.Scans.Where(static scan => scan.StrayPixels > 0)
            .Select(static scan => (Path.GetFileNameWithoutExtension(scan.Pair.Pair.Mask), scan.StrayPixels)).Order());
        Assert.All(survey.Scans, static scan => Assert.All(scan.Strays, static stray => Assert.Equal(0, stray.Value)));

        // The same scans under the policy that refuses them.
        MaskSurvey.Of(config with { Stray = StrayPolicy.Error }, [.. pairs.Where(static pair => pair.Pair.Name.Contains("tile3_"))], problems);
        var named = Assert.Single(problems.All).Items;
        Assert.Equal(2, named.Count);
        Assert.Contains("tile3_image_part_006.png: value 0 in 302 pixels", named[0]);
    }

    [Fact]
    public void Places_in_its_palettes_say_nothing()
    {
        var config = new DataConfig { Path = SharedData.Folder("aerial") };
        var palettes = Pairs(config).Select(static pair => (pair, First: FirstOfPalette(pair.Pair.Mask))).Where(static file => file.First is not null).ToList();
        Assert.Equal(18, palettes.Count);

        // The first place is another class in other files, so that a reader of places would mix them up.
        Assert.True(palettes.Select(static file => file.First).Distinct().Count() > 1);
        Assert.All(palettes, static file =>
        {
            var mask = ImageFile.Read(file.pair.Pair.Mask);
            Assert.Contains(file.First, MaskValue.Runs(mask).Select(static run => MaskValue.Text(run.Value)));
        });

        // Without a configuration the colours are found; black and the grey of unlabelled pixels are among them.
        var survey = MaskSurvey.Of(config, [.. palettes.Select(static file => file.pair)], new())!;
        Assert.Equal("colours", survey.Encoding);
        Assert.Subset(new HashSet<string> { "0", "155", "#8429F6", "#E2A929", "#3C1098", "#FEDD3A", "#6EC1E4" }, survey.Classes.Items.Select(static item => item.Value).ToHashSet());
    }

    private static IReadOnlyList<CheckedPair> Pairs(DataConfig config) => PairList.Find(config, new()).Pairs;

    private static string? FirstOfPalette(string file)
    {
        var bytes = File.ReadAllBytes(file);
        var at = bytes.AsSpan().IndexOf("PLTE"u8);
        return bytes[25] == 3 ? MaskValue.Text(MaskValue.Of(bytes[at + 4], bytes[at + 5], bytes[at + 6])) : null;
    }
}
