using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data;

/// <summary>They are those that a run opens.</summary>
public sealed class ValidationImagesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => [.. Configs.Keys];

    private static Dictionary<string, DataConfig> Configs { get; } = new()
    {
        ["plain"] = new() { Validation = 0.4 },
        ["of a fold"] = new() { Fold = "1/3" },
        ["by class"] = new() { Validation = 0.4, Stratify = true },
        ["stretched"] = new() { Validation = 0.4, Resize = [4, 4] },
        ["in letterboxes"] = new() { Validation = 0.4, Resize = [4, 4], Fit = FitMode.Letterbox, Channels = 3 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Of_files_they_are_those_that_a_run_opens(string kind)
    {
        var random = new Random(3);
        for (var i = 0; i < 10; i++)
        {
            var pixels = new byte[8 * 6];
            random.NextBytes(pixels);
            _folder.Grey($"images/{i}.png", 8, 6, pixels);
            _folder.Grey($"masks/{i}.png", 8, 6, [.. pixels.Select(pixel => (byte)(i % 3 == 0 && pixel > 99 ? 1 : 0))]);
        }
        Compare(new RunConfig { Data = Configs[kind] with { Path = _folder.Path }, Train = new() { BatchSize = 1 } });
    }

    [Fact]
    public void Of_the_built_in_set_too() => Compare(new RunConfig { Data = new() { Resize = [20, 30], Synthetic = new() { Train = 8, Validation = 3, Size = 24 } }, Train = new() { Seed = 5 } });

    [Fact]
    public void A_set_that_is_gone_or_has_no_pairs_left_is_refused()
    {
        Assert.Throws<SegTrainException>(() => ValidationImages.Open(new RunConfig { Data = new() { Path = _folder["none"] } }.Loading, 1));
        _folder.Grey("images/a.png", 1, 1, 0);
        Assert.Throws<SegTrainException>(() => ValidationImages.Open(new RunConfig { Data = new() { Path = _folder.Path } }.Loading, 1));
    }

    private static void Compare(RunConfig config)
    {
        var data = Dataset.Open(config.Loading);
        var images = ValidationImages.Open(config.Loading, data.Channels);
        Assert.InRange(images.Count, 1, data.Validation.Count);
        Assert.Equal(Enumerable.Range(0, data.Validation.Count).Select(data.Validation.Name), Enumerable.Range(0, images.Count).Select(images.Name));
        Assert.All(Enumerable.Range(0, images.Count), i => Assert.Equivalent(data.Validation.Load(i).Image, images.Load(i).Image, strict: true));
    }
}
