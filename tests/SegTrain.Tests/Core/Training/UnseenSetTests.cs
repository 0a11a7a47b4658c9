using SegTrain.Core;
using SegTrain.Core.Images;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Images;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>Sets as people have them, from their files to the end of a short run.</summary>
public sealed class UnseenSetTests : IDisposable
{
    private static readonly byte[][] Colors = [[20, 30, 40], [200, 30, 40], [20, 30, 240]];

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void JPEG_images_and_annotations_of_three_colours_in_one_tree()
    {
        for (var i = 0; i < 6; i++)
        {
            _folder.Write($"set/clinic {i % 2}/é{i}.jpg", RawImage.GreyJpeg);
            _folder.Png($"set/clinic {i % 2}/é{i}_annotation.png", Rgb(16, 8, static (x, _) => Colors[x / 6]));
        }

        Assert.Equal(["class 0", "class 1", "class 2"], Train().Classes);
        Assert.Equal(["class 0", "class 1", "class 2"], Train("data.images=**/*.jpg", "data.masks=**/*_annotation.png", "data.group=^clinic ([0-9])").Classes);
    }

    [Fact]
    public void Inverted_masks_of_one_bit()
    {
        for (var i = 0; i < 4; i++)
        {
            _folder.Grey($"set/imgs/{i}.png", 16, 16, new byte[256]);
            _folder.Write($"set/labels/{i}.png", RawImage.Png(16, 16, 1, 0, [.. Enumerable.Range(0, 16).Select(static y => new byte[] { 0xFF, (byte)(y < 4 ? 0 : 0xFF) })]));
        }

        // The black eighth is the object.
        Assert.Equal(["background", "foreground"], Train("data.invert=true").Classes);
        Assert.Contains(_lines, static line => line.Contains("foreground = 0: 12.5"));
    }

    [Fact]
    public void A_VOC_palette_with_255_and_lists()
    {
        var palette = new byte[768];
        ((ReadOnlySpan<byte>)[128, 0, 0, 0, 128, 0]).CopyTo(palette.AsSpan(3));
        ((ReadOnlySpan<byte>)[224, 224, 192]).CopyTo(palette.AsSpan(765));
        for (var i = 0; i < 4; i++)
        {
            _folder.Grey($"set/JPEGImages/{i}.png", 16, 16, new byte[256]);
            _folder.Write($"set/SegmentationClass/{i}.png", RawImage.Png(16, 16, 8, 3, [.. Enumerable.Range(0, 16).Select(static y => Enumerable.Range(0, 16).Select(x => (byte)(y == 0 ? 255 : x % 3)).ToArray())], ("PLTE", palette)));
        }

        _folder.WriteText("set/ImageSets/Segmentation/train.txt", "0\n1\n2\n");
        _folder.WriteText("set/ImageSets/Segmentation/val.txt", "3\n");
        Assert.Equal(["class 0", "class 1", "class 2"], Train().Classes);
        Assert.Contains(_lines, static line => line.Contains("ignored = #E0E0C0: 6.25"));
    }

    [Fact]
    public void Sizes_from_338_to_1300()
    {
        foreach (var (name, width, height) in new[] { ("a", 338, 500), ("b", 1300, 338), ("c", 400, 1300), ("d", 640, 480) })
        {
            _folder.Png($"set/images/{name}.png", Rgb(width, height, static (x, y) => [(byte)x, (byte)y, 9]));
            _folder.Grey($"set/masks/{name}.png", width, height, [.. Enumerable.Range(0, width * height).Select(static i => (byte)(i / 7 % 2))]);
        }

        Assert.Contains("augment.crop", Assert.Throws<SegTrainException>(() => Train()).Message);
        Assert.Equal(["background", "foreground"], Train("augment.crop=[64, 64]").Classes);
    }

    [Fact]
    public void Classes_with_folders_of_their_own()
    {
        for (var i = 0; i < 4; i++)
        {
            _folder.Grey($"set/photos/{i}.png", 16, 16, new byte[256]);
            _folder.Grey($"set/road/{i}.png", 16, 16, [.. Enumerable.Range(0, 256).Select(static i => (byte)(i % 2 * 255))]);
            if (i > 0)
                _folder.Grey($"set/wet/{i}.png", 16, 16, [.. Enumerable.Range(0, 256).Select(static i => (byte)(i % 3 * 100))]);
        }

        Assert.Equal(
            ["road", "wet"], Train("data.images=photos/*", "data.classes=[{name: road, masks: 'road/*'}, {name: wet, masks: 'wet/*'}]").Classes);
    }

    private readonly List<string> _lines = [];

    private FitResult Train(params string[] settings)
    {
        var config = LoadSet(
            [$"data.path={_folder["set"]}", $"train.runs={_folder["runs"]}", "train.epochs=1", "train.device=cpu", "train.batch_size=2", "model.depth=1", "model.width=8", .. settings]);
        using var log = LogListener.Of(line => _lines.Add(line.RenderMessage()));
        return Fit.Run(new FitRequest(config, null, [], "segtrain fit"), new Watcher(), log, CancellationToken.None);
    }

    private static PixelImage Rgb(int width, int height, Func<int, int, byte[]> color) =>
        new(width, height, 3, 8, [.. Enumerable.Range(0, width * height).SelectMany(i => color(i % width, i / width))]);
}
