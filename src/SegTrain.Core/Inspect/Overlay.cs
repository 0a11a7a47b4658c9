using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Core.Inspect;

/// <summary>A small picture of a pair: the image, and beside it the image under the colours of its classes.</summary>
internal static class Overlay
{
    /// <summary>Of pixels of no class; drawn without the image, to catch the eye.</summary>
    public const string StrayColor = "#FF00FF";

    /// <summary>Of ignored pixels, in tables; pictures hatch them.</summary>
    public const string IgnoredColor = "#B0B0B0";

    /// <summary>Longer side of each half.</summary>
    public const int Side = 224;

    /// <exception cref="SegTrainException">The files changed since they were looked at.</exception>
    public static PixelImage Draw(CheckedPair pair, MaskSurvey? survey)
    {
        var image = ImageFile.Read(pair.Pair.Image);
        var scale = Math.Min(1, (double)Side / Math.Max(image.Width, image.Height));
        var (width, height) = (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
        var small = Resample.Area(ChannelLayout.Convert(Visible(image), 3), width, height);
        return Join(small, Cover(small, pair.Mask, survey?.Targets is { } targets and not ClassMap ? ByClass(targets.Read(pair), survey.Classes) : ByValue(pair, survey)));
    }

    private static PixelImage Cover(PixelImage image, ImageHeader mask, Func<int, int, int, ((int Red, int Green, int Blue) Color, bool Opaque)> paint)
    {
        var covered = PixelImage.Allocate(image.Width, image.Height, 3, 8);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var at = ((y * image.Width) + x) * 3;
                var ((r, g, b), opaque) = paint((Centre(y, mask.Height, image.Height) * mask.Width) + Centre(x, mask.Width, image.Width), x, y);
                covered.Samples[at] = Blend(image.Samples[at], r, opaque);
                covered.Samples[at + 1] = Blend(image.Samples[at + 1], g, opaque);
                covered.Samples[at + 2] = Blend(image.Samples[at + 2], b, opaque);
            }
        }

        return covered;
    }

    private static Func<int, int, int, ((int Red, int Green, int Blue) Color, bool Opaque)> ByValue(CheckedPair pair, MaskSurvey? survey)
    {
        var mask = ImageFile.Read(pair.Pair.Mask);
        if (survey?.Targets is not ClassMap map)
            return (pixel, _, _) => (MaskValue.Parts(MaskValue.At(mask, pixel) is var value && value < MaskValue.Color ? Math.Min(value, 255) : value), true);
        var colors = survey.Classes.Items.Select(static item => Rgb(item.Color)).ToList();
        return (pixel, x, y) => MaskValue.At(mask, pixel) is var value && map.IsStray(value) ? (Rgb(StrayColor), true) : map[value] switch
        {
            null or Data.ClassList.Ignore => (Hatch(x, y), false),
            { } index => (colors[index], false),
        };
    }

    // Of several classes the first is drawn.
    private static Func<int, int, int, ((int Red, int Green, int Blue) Color, bool Opaque)> ByClass(byte[] target, Data.ClassList classes) =>
        (pixel, x, y) => target[pixel] == Data.ClassList.Ignore ? (Hatch(x, y), false)
            : (classes.ClassesOf(target[pixel]).Select(label => Rgb(classes.Items[label].Color)).FirstOrDefault(), false);

    private static (int Red, int Green, int Blue) Hatch(int x, int y) => (x + y) % 6 < 2 ? (255, 255, 255) : (0, 0, 0);

    private static byte Blend(byte under, int over, bool opaque) => (byte)(opaque ? over : (under + over) / 2);

    private static PixelImage Join(PixelImage left, PixelImage right)
    {
        const int Gap = 4;
        var joined = PixelImage.Allocate((2 * left.Width) + Gap, left.Height, 3, 8);
        joined.Samples.AsSpan().Fill(128);
        for (var y = 0; y < left.Height; y++)
        {
            var row = left.Width * 3;
            left.Samples.AsSpan(y * row, row).CopyTo(joined.Samples.AsSpan(y * joined.Width * 3));
            right.Samples.AsSpan(y * row, row).CopyTo(joined.Samples.AsSpan(((y * joined.Width) + left.Width + Gap) * 3));
        }

        return joined;
    }

    /// <summary>In 8 bits. Microscopes use a few of 16 bits, which would be black: the darkest and the brightest sample become 0 and 255.</summary>
    private static PixelImage Visible(PixelImage image)
    {
        if (image.Bits == 8)
            return image;
        var visible = PixelImage.Allocate(image.Width, image.Height, image.Channels, 8);
        var words = image.Words;
        var (least, most) = (ushort.MaxValue, ushort.MinValue);
        foreach (var word in words)
            (least, most) = (Math.Min(least, word), Math.Max(most, word));
        for (var i = 0; i < words.Length; i++)
            visible.Samples[i] = (byte)((words[i] - least) * 255 / Math.Max(1, most - least));
        return visible;
    }

    private static int Centre(int at, int from, int to) => (int)(((2L * at) + 1) * from / (2L * to));

    private static (int Red, int Green, int Blue) Rgb(string color) => MaskValue.Parts(ValueRange.Parse(color).First);
}
