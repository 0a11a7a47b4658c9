using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Recipe;
using SegTrain.Losses;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data;

public sealed class DatasetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_path_the_synthetic_set_stands_in_and_says_so()
    {
        var data = Dataset.Open(new RunConfig().Loading);
        Assert.Equal((96, 24, 4, 3), (data.Train.Count, data.Validation.Count, data.Classes.Count, data.Channels));
        Assert.Contains("synthetic", data.Summary[0]);
        Assert.Equal(["background", "disc", "square", "triangle"], data.Classes.Names);
        Assert.NotEqual(data.Train.Load(0).Target, data.Validation.Load(0).Target);
        Assert.All(data.Mean.Concat(data.Std), static value => Assert.InRange(value, 0.05f, 0.95f));
    }

    [Fact]
    public void Pixels_are_counted_over_the_training_masks_only()
    {
        Pair("train", "a", 2, 2, [9, 9, 9, 9], [0, 1, 1, 255]);
        Pair("train", "b", 2, 2, [9, 9, 9, 9], [0, 0, 1, 1]);
        Pair("val", "c", 2, 2, [7, 7, 7, 7], [1, 1, 1, 1]);
        Assert.Equal([3, 4], Dataset.Open(Config(1) with { Data = Config(1).Data with { Ignore = ["255"] } }).CountPixels());
    }

    [Fact]
    public void The_synthetic_set_is_resized_too_and_has_no_mask_values()
    {
        var sample = Dataset.Open(new RunConfig { Data = new() { Resize = [20, 10], Channels = 1 } }.Loading).Train.Load(0);
        Assert.Equal((20, 10, 1, 200), (sample.Image.Width, sample.Image.Height, sample.Image.Channels, sample.Target.Length));
        Assert.Contains("--data", Fails(ExitCode.Config, new RunConfig { Data = new() { Ignore = ["255"] } }.Loading));
        Assert.Contains("--data", Fails(ExitCode.Config, new RunConfig { Data = new() { Fold = "0/5" } }.Loading));
    }

    [Fact]
    public void Damaged_pixels_are_named_however_many_threads_read()
    {
        Pair("train", "a", 1, 1, [9], [0]);
        Pair("val", "c", 1, 1, [7], [1]);
        var damaged = RawImage.Png(8, 8, 8, 0, [.. Enumerable.Range(0, 8).Select(static _ => new byte[8])]);
        damaged[^20] ^= 0xFF;
        var path = _folder.Write("train/images/b.png", damaged);
        _folder.Grey("train/masks/b.png", 8, 8, new byte[64]);
        Assert.StartsWith(path + ": ", Fails(ExitCode.Data, Config(1)));
    }

    [Fact]
    public void Mean_and_deviation_are_of_the_training_pixels()
    {
        Pair("train", "a", 2, 1, [0, 255], [0, 1]);
        Pair("train", "b", 2, 1, [255, 255], [0, 1]);
        Pair("val", "c", 2, 1, [7, 7], [0, 1]);
        var data = Dataset.Open(Config(1));
        Assert.Equal([0.75f], data.Mean);
        Assert.Equal((float)Math.Sqrt(0.75 - (0.75 * 0.75)), data.Std[0], 1e-6f);
        Assert.Equal(1, data.Channels);
    }

    [Fact]
    public void Any_colour_in_training_makes_the_channels_three()
    {
        Pair("train", "a", 1, 1, [9], [0]);
        Pair("val", "c", 1, 1, [7], [1]);
        Assert.Equal(1, Dataset.Open(Config(1)).Channels);
        _folder.Png("train/images/b.png", new(1, 1, 4, 8, [1, 2, 3, 4]));
        _folder.Grey("train/masks/b.png", 1, 1, 1);
        Assert.Equal(3, Dataset.Open(Config(1)).Channels);
        Assert.Equal([9, 9, 9], Dataset.Open(Config(1)).Train.Load(0).Image.Samples);
        Assert.Equal([1, 2, 3, 4], Dataset.Open(Config(1) with { Data = new() { Path = _folder.Path, Channels = 4 } }).Train.Load(1).Image.Samples);
    }

    [Fact]
    public void Resize_applies_to_image_and_mask()
    {
        Pair("train", "a", 4, 2, [10, 20, 30, 40, 50, 60, 70, 81], [0, 0, 1, 1, 0, 0, 1, 1]);
        Pair("val", "b", 2, 1, [10, 20], [0, 1]);
        var sample = Dataset.Open(Config(1) with { Data = new() { Path = _folder.Path, Resize = [2, 1] } }).Train.Load(0);
        Assert.Equal([35, 55], sample.Image.Samples);
        Assert.Equal([0, 1], sample.Target);
    }

    [Fact]
    public void Sizes_that_do_not_fit_into_a_batch_are_found_before_training()
    {
        Pair("train", "a", 2, 1, [1, 2], [0, 1]);
        Pair("train", "b", 1, 2, [1, 2], [0, 1]);
        Pair("val", "c", 1, 1, [1], [0]);
        var message = Fails(ExitCode.Data, Config(2));
        Assert.Contains("train/a has 2 x 1 pixels, train/b has 1 x 2 pixels", message);
        Assert.Contains("augment.crop", message);
        Assert.NotNull(Dataset.Open(Config(2) with { Augment = new() { Crop = [4, 4] } }));
        Assert.NotNull(Dataset.Open(Config(1)));
        Assert.Contains("quarter_turns", Fails(ExitCode.Data, Config(1) with { Augment = new() { QuarterTurns = true } }));
        Assert.Contains("augment.crop", Fails(ExitCode.Config, Config(1) with { Augment = new() { Crop = [4] } }));
        Assert.Contains("data.resize", Fails(ExitCode.Config, Config(1) with { Data = new() { Path = _folder.Path, Resize = [4, 0] } }));
    }

    [Fact]
    public void What_went_where_is_known()
    {
        Pair("train", "a", 2, 1, [1, 2], [0, 1]);
        Pair("val", "c", 1, 1, [1], [0]);
        Pair("test", "t", 1, 1, [1], [7]);
        var data = Dataset.Open(Config(1));
        Assert.Equal([("train/a", Split.Train), ("val/c", Split.Validation), ("test/t", Split.Test)], data.Splits);
        Assert.Contains("images/ and masks/", data.Summary[0]);
        Assert.Contains("1 test pairs", data.Summary[0]);
        Assert.Contains(data.Summary, static line => line.Contains("two-valued"));
        Assert.Empty(Dataset.Open(new RunConfig().Loading).Splits);
    }

    [Fact]
    public void The_scan_of_masks_reports_progress()
    {
        Pair("train", "a", 2, 1, [1, 2], [0, 1]);
        Pair("val", "c", 1, 1, [1], [0]);
        var reports = new Reports();
        Dataset.Open(Config(1), reports);
        Assert.Equal([(1, 2), (2, 2)], reports.All.Order());
    }

    [Fact]
    public void Camvid_has_eleven_classes_and_void()
    {
        var path = SharedData.Folder("camvid");
        var found = Dataset.Open(new RunConfig { Data = new() { Path = path, Resize = [240, 180] } }.Loading);
        Assert.Equal((12, 74, 21), (found.Classes.Count, found.Train.Count, found.Validation.Count));
        Assert.Contains("47 test pairs", found.Summary[0]);

        var ignoring = Dataset.Open(new RunConfig { Data = new() { Path = path, Resize = [240, 180], Ignore = ["11"] } }.Loading);
        Assert.Equal((11, 3), (ignoring.Classes.Count, ignoring.Channels));

        // Shares over all 142 pairs are in the set's README; train and val alone are close.
        Assert.Equal(0.2932, ignoring.Classes.Items[3].Share, 0.03);
        Assert.Contains(ClassList.Ignore, ignoring.Train.Load(0).Target);
        Assert.Equal((240, 180), (ignoring.Train.Load(0).Image.Width, ignoring.Train.Load(0).Image.Height));
    }

    [Fact]
    public void Membrane_with_the_membrane_as_positive_class()
    {
        var data = Dataset.Open(new RunConfig
        {
            Data = new()
            {
                Path = SharedData.Folder("membrane"),
                Classes = [new() { Name = "interior", Value = "255" }, new() { Name = "membrane", Value = "0" }],
            },
        }.Loading);
        Assert.Equal((24, 6, 1, SegmentationMode.Binary), (data.Train.Count, data.Validation.Count, data.Channels, data.Classes.Mode));
        Assert.Equal(0.2196, data.Classes.Items[1].Share, 0.0001);
    }

    private LoadingConfig Config(int batchSize) => new RunConfig { Data = new() { Path = _folder.Path }, Train = new() { BatchSize = batchSize } }.Loading;

    private void Pair(string split, string name, int width, int height, byte[] image, byte[] mask)
    {
        _folder.Grey($"{split}/images/{name}.png", width, height, image);
        _folder.Grey($"{split}/masks/{name}.png", width, height, mask);
    }

    private static string Fails(ExitCode code, LoadingConfig config)
    {
        var error = Assert.Throws<SegTrainException>(() => Dataset.Open(config));
        Assert.Equal(code, error.Code);
        return error.Message;
    }

    private sealed class Reports : IProgress<(int Done, int Total)>
    {
        public List<(int Done, int Total)> All { get; } = [];

        public void Report((int Done, int Total) value)
        {
            lock (All)
                All.Add(value);
        }
    }
}
