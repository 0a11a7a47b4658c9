using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Images;
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
        AugmentationSheet.Write(path, Dataset.Open(config), config, samples: 3, variants: 2);
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
        AugmentationSheet.Write(path, Dataset.Open(config), config, samples: 1, variants: 1);
        var sheet = ImageFile.Read(path);
        Assert.Equal(Cell(sheet, 0, 0), Cell(sheet, 1, 0));
    }

    private static byte[] Cell(PixelImage sheet, int column, int row) =>
        [.. Enumerable.Range(0, 192).SelectMany(y => sheet.Samples.AsSpan(((((row * 196) + y) * sheet.Width) + (column * 196)) * 3, 192 * 3).ToArray())];
}
