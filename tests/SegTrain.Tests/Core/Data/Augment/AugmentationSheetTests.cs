using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Images;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Data.Augment;

public sealed class AugmentationSheetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void Originals_stand_left_and_what_epochs_make_of_them_beside(int channels)
    {
        var config = new RunConfig { Data = new() { Channels = channels, Resize = [64, 32] }, Augment = new() { Preset = AugmentPreset.Strong } };
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sheet.png");
        AugmentationSheet.Write(path, Dataset.Open(config.Loading), config.Loading, samples: 3, variants: 2);
        var sheet = ImageFile.Read(path);
        Assert.Equal((3 * 196, 3 * 196, 3), (sheet.Width, sheet.Height, sheet.Channels));

        // An image twice as wide as high is centred: 48 rows of paper above, 96 of it, 48 and the gap below.
        Assert.All(Enumerable.Range(0, 192), x => Assert.Equal(255, sheet.Samples[((47 * sheet.Width) + x) * 3]));
        Assert.Contains(Enumerable.Range(0, 192), x => sheet.Samples[((48 * sheet.Width) + x) * 3] != 255);
        Assert.All(Enumerable.Range(0, 192), x => Assert.Equal(255, sheet.Samples[((144 * sheet.Width) + x) * 3]));
        Assert.NotEqual(Cell(sheet, 0, 0), Cell(sheet, 1, 0));
        Assert.NotEqual(Cell(sheet, 1, 0), Cell(sheet, 2, 0));
        Assert.NotEqual(Cell(sheet, 0, 0), Cell(sheet, 0, 1));
    }

    [Fact]
    public void Without_augmentation_every_column_is_the_original()
    {
        var config = new RunConfig { Augment = new() { Preset = AugmentPreset.None } };
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sheet.png");
        AugmentationSheet.Write(path, Dataset.Open(config.Loading), config.Loading, samples: 1, variants: 1);
        var sheet = ImageFile.Read(path);
        Assert.Equal(Cell(sheet, 0, 0), Cell(sheet, 1, 0));
    }

    [Fact]
    public void Classes_are_drawn_over_and_ignored_pixels_hatched()
    {
        var config = new RunConfig { Augment = new() { Preset = AugmentPreset.None, Crop = [192, 192] }, Data = new() { Resize = [96, 96] } };
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "sheet.png");
        var data = Dataset.Open(config.Loading);
        AugmentationSheet.Write(path, data, config.Loading, samples: 1, variants: 1);
        var (original, cropped) = (Cell(ImageFile.Read(path), 0, 0), Cell(ImageFile.Read(path), 1, 0));

        // 96 of 192 pixels along each side lie outside the image: black, 3 of 8 of them 40 % grey 160 (64).
        var hatched = cropped.Chunk(3).Count(static pixel => pixel is [64, 64, 64]);
        Assert.InRange(hatched, 0.75 * 192 * 192 * 0.36, 0.75 * 192 * 192 * 0.39);

        // The original is shown twice as large: 40 % of the class's colour over it.
        var sample = data.Train.Load(0);
        var large = Resample.Area(sample.Image, 192, 192);
        var disc = Array.IndexOf(sample.Target, (byte)1);
        var at = (((disc / 96 * 2) * 192) + (disc % 96 * 2)) * 3;
        byte[] red = [0xE6, 0x19, 0x4B];
        Assert.Equal(red.Select((value, i) => (byte)(((large.Samples[at + i] * 60) + (value * 40)) / 100)), original[at..(at + 3)]);
        var background = Array.IndexOf(sample.Target, (byte)0);
        at = (((background / 96 * 2) * 192) + (background % 96 * 2)) * 3;
        Assert.Equal(large.Samples[at..(at + 3)], original[at..(at + 3)]);
    }

    private static byte[] Cell(PixelImage sheet, int column, int row) =>
        [.. Enumerable.Range(0, 192).SelectMany(y => sheet.Samples.AsSpan(((((row * 196) + y) * sheet.Width) + (column * 196)) * 3, 192 * 3).ToArray())];
}
