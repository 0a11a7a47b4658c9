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
        var small = Resample.Area(ChannelLayout.Convert(Visible.Of(image), 3), width, height);
        return Join(small, Cover(small, pair, Painter(pair, survey)));
    }

    /// <summary>The colour of a mask pixel, null for none, and how it is laid on.</summary>
    private static Func<int, ((int Red, int Green, int Blue)? Color, Layer Layer)> Painter(CheckedPair pair, MaskSurvey? survey)
    {
        var colors = survey?.Classes.Items.Select(static item => Rgb(item.Color)).ToList() ?? [];
        if (survey is { Targets: not ClassMap, Classes: var classes })
        {
            var target = survey.Targets.Read(pair, pair.Image.Width, pair.Image.Height);
            return pixel => (Mean([.. classes.ClassesOf(target[pixel]).Select(label => colors[label])]), target[pixel] == Data.ClassList.Ignore ? Layer.Hatched : Layer.Over);
        }

        var mask = MaskReader.Decode(pair, pair.Pair.Mask);
        if (survey?.Targets is not ClassMap map)
            return pixel => (Shown(MaskValue.Parts(MaskValue.At(mask, pixel))), Layer.Instead);
        return pixel => MaskValue.At(mask, pixel) is var value && map.IsStray(value) ? (Rgb(StrayColor), Layer.Instead) : map[value] switch
        {
            null or Data.ClassList.Ignore => (null, Layer.Hatched),
            { } index => (colors[index], Layer.Over),
        };
    }

    private static (int Red, int Green, int Blue)? Mean(IReadOnlyList<(int Red, int Green, int Blue)> colors) => colors.Count == 0 ? null
        : ((int)colors.Average(static color => color.Red), (int)colors.Average(static color => color.Green), (int)colors.Average(static color => color.Blue));

    // Levels of 16-bit masks go beyond what a colour can show.
    private static (int Red, int Green, int Blue) Shown((int Red, int Green, int Blue) level) => (Math.Min(255, level.Red), Math.Min(255, level.Green), Math.Min(255, level.Blue));

    private static PixelImage Cover(PixelImage image, CheckedPair pair, Func<int, ((int Red, int Green, int Blue)? Color, Layer Layer)> paint)
    {
        var covered = PixelImage.Allocate(image.Width, image.Height, 3, 8);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var at = ((y * image.Width) + x) * 3;
                var (color, layer) = paint((Centre(y, pair.Mask.Height, image.Height) * pair.Mask.Width) + Centre(x, pair.Mask.Width, image.Width));
                if (layer == Layer.Hatched)
                    color = (x + y) % 6 < 2 ? (255, 255, 255) : (0, 0, 0);
                var (red, green, blue) = color ?? (image.Samples[at], image.Samples[at + 1], image.Samples[at + 2]);
                covered.Samples[at] = Blend(image.Samples[at], red, layer);
                covered.Samples[at + 1] = Blend(image.Samples[at + 1], green, layer);
                covered.Samples[at + 2] = Blend(image.Samples[at + 2], blue, layer);
            }
        }

        return covered;
    }

    private static byte Blend(byte under, int over, Layer layer) => (byte)(layer == Layer.Instead ? over : (under + over) / 2);

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

    private static int Centre(int at, int from, int to) => (int)(((2L * at) + 1) * from / (2L * to));

    private static (int Red, int Green, int Blue) Rgb(string color) => MaskValue.Parts(ValueRange.Parse(color).First);

    private enum Layer
    {
        Over,
        Instead,
        Hatched,
    }
}
