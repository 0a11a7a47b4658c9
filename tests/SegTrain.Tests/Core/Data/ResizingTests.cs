using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Tests.Core.Models;
using SegTrain.Tests.Core.Training;
using static TorchSharp.torch;

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

    /// <summary>The class is the right half: what a net finds there in the resized image is the right half of the file too.</summary>
    [Theory]
    [InlineData("Letterbox")]
    [InlineData("Stretch")]
    public void Predictions_are_brought_to_the_pixels_of_the_files(string fit)
    {
        using var scope = NewDisposeScope();
        var resizing = new Resizing(4, 4, Enum.Parse<FitMode>(fit));
        var seen = new ResizedSamples(new Wide(), resizing).Load(0);
        var logits = tensor([.. seen.Target.Select(static index => index == 1 ? 5f : -5f)], [1, 1, 4, 4]);
        var found = resizing.Restore(logits, 8, 4);
        Assert.Equal([1, 1, 4, 8], found.shape);
        Assert.Equal(new Wide().Load(0).Target, NetFixture.Numbers(found).Select(static logit => (byte)(logit > 0 ? 1 : 0)));
    }

    [Fact]
    public void Validation_can_count_the_resized_pixels_instead()
    {
        string[] keys = ["data.synthetic.size=32", "data.resize=[16,24]", "train.epochs=1"];
        Assert.NotEqual(ShortRun.Epochs(keys)[^1]["val.loss"], ShortRun.Epochs([.. keys, "data.evaluate=resized"])[^1]["val.loss"]);
    }

    [Fact]
    public void Large_images_are_validated_few_at_a_time()
    {
        Assert.Equal([2, 2, 1], new ValidationPlan(new Large(), 4).Batches(0).Select(static batch => batch.Length));
    }

    /// <summary>Five images of four million pixels.</summary>
    private sealed class Large : ISampleSource
    {
        public int Count => 5;

        public string Name(int index) => "large";

        public (int Width, int Height) Size(int index) => (2000, 2000);

        public Sample Load(int index) => throw new NotSupportedException();
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
