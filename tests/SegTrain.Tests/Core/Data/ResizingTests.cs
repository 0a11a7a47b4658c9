using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Tests.Core.Training;

namespace SegTrain.Tests.Core.Data;

public sealed class ResizingTests
{
    [Theory]
    [InlineData("Letterbox", 800, 400, 0, 25, 100, 50)]
    [InlineData("Letterbox", 30, 90, 33, 0, 33, 100)]
    [InlineData("Letterbox", 1000, 1, 0, 49, 100, 1)]
    [InlineData("Stretch", 800, 400, 0, 0, 100, 100)]
    public void An_image_has_its_place(string fit, int width, int height, int left, int top, int fitted, int high) =>
        Assert.Equal(new Place(left, top, fitted, high), new Resizing(100, 100, Enum.Parse<FitMode>(fit)).Place(width, height));

    [Fact]
    public void A_letterbox_pads_with_ignored_black_and_validation_keeps_its_pixels()
    {
        var wide = new Wide();
        var boxed = new ResizedSamples(wide, new Resizing(4, 4, FitMode.Letterbox)).Load(0);
        Assert.Equal([0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0], boxed.Image.Samples);
        Assert.Equal([255, 255, 255, 255, 0, 0, 1, 1, 0, 0, 1, 1, 255, 255, 255, 255], boxed.Target);

        var seen = new ResizedSamples(wide, new Resizing(4, 4, FitMode.Letterbox), keepsTargets: true);
        Assert.Equal((8, 4), seen.TargetSize(0));
        Assert.Equal(wide.Load(0).Target, seen.Load(0).Target);
        using var batch = new BatchLoader(seen, new ValidationPlan(seen, 2), 1, 0).Epoch(0).Single();
        Assert.Equal((4, 4, 4, 8), (batch.Height, batch.Width, batch.TargetHeight, batch.TargetWidth));
        Assert.Equal(wide.Load(0).Target, batch.Targets);
    }

    /// <summary>The class is the right half: what a net of half the size finds there is the right half of the file too.</summary>
    [Theory]
    [InlineData("letterbox")]
    [InlineData("stretch")]
    public void Validation_counts_the_pixels_of_the_files(string fit)
    {
        var epochs = ShortRun.Epochs("data.synthetic.size=32", "data.resize=[16,24]", $"data.fit={fit}", "train.epochs=4", "optimizer.learning_rate=0.01");
        Assert.True(epochs[^1]["val.loss"] < epochs[0]["val.loss"]);
        Assert.NotEqual(epochs[^1]["val.loss"], ShortRun.Epochs(
            "data.synthetic.size=32", "data.resize=[16,24]", $"data.fit={fit}", "train.epochs=4", "optimizer.learning_rate=0.01", "data.evaluate=resized")[^1]["val.loss"]);
    }

    /// <summary>8 x 4, the right half of class 1.</summary>
    private sealed class Wide : ISampleSource
    {
        public int Count => 1;

        public string Name(int index) => "wide";

        public (int Width, int Height) Size(int index) => (8, 4);

        public Sample Load(int index)
        {
            var image = PixelImage.Allocate(8, 4, 1, 8);
            Array.Fill(image.Samples, (byte)9);
            return new(image, [.. Enumerable.Range(0, 32).Select(static i => (byte)(i % 8 / 4))]);
        }
    }
}
