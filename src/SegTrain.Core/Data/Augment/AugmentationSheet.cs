using SegTrain.Core.Data.Masks;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Augment;

/// <summary>
/// A contact sheet of what training sees: a row a sample, first as it is, then as the first epochs get it, each fitted into a square. Classes but
/// the background are drawn over in their colours, ignored pixels are hatched.
/// </summary>
internal static class AugmentationSheet
{
    private const int Side = 192;
    private const int Gap = 4;
    private const int Paper = 255;

    // Of a class's colour in the pixel's; the image still shows through.
    private const int Cover = 40;

    private static readonly byte[] Hatching = [160, 160, 160];

    /// <summary>Writes a PNG file.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="data">The training samples, of which some are taken, evenly spaced.</param>
    /// <param name="config">How they are changed, and the seed.</param>
    /// <param name="samples">Rows, at most.</param>
    /// <param name="variants">Columns beside the original.</param>
    public static void Write(string path, Dataset data, LoadingConfig config, int samples = 6, int variants = 6)
    {
        var source = data.Train;
        var plan = new TrainingPlan(source, config.Augment, 1, 1, config.Seed);
        var rows = Math.Min(samples, source.Count);
        var sheet = PixelImage.Allocate((Side + Gap) * (variants + 1), (Side + Gap) * rows, 3, 8);
        sheet.Samples.AsSpan().Fill(Paper);
        var colors = Colors(data.Classes);
        for (var row = 0; row < rows; row++)
        {
            var item = (int)((long)row * source.Count / rows);
            var sample = source.Load(item);
            Draw(sheet, 0, row, new PreparedSample(SampleView.Whole(sample)), colors);
            for (var epoch = 0; epoch < variants; epoch++)
                Draw(sheet, epoch + 1, row, plan.Prepare(sample, epoch, item), colors);
        }

        ImageFile.WritePng(path, sheet);
    }

    private static void Draw(PixelImage sheet, int column, int row, PreparedSample prepared, byte[]?[] colors)
    {
        var (image, target) = Rendered(prepared);
        var longer = Math.Max(image.Width, image.Height);
        var (width, height) = (Math.Max(1, Side * image.Width / longer), Math.Max(1, Side * image.Height / longer));
        target = Resample.Nearest(new PixelImage(image.Width, image.Height, 1, 8, target), width, height).Samples;
        image = Resample.Area(image, width, height);
        Paint(image, target, colors);
        var (left, top) = ((column * (Side + Gap)) + ((Side - width) / 2), (row * (Side + Gap)) + ((Side - height) / 2));
        for (var y = 0; y < height; y++)
            image.Samples.AsSpan(y * width * 3, width * 3).CopyTo(sheet.Samples.AsSpan((((top + y) * sheet.Width) + left) * 3));
    }

    private static (PixelImage Image, byte[] Target) Rendered(PreparedSample prepared)
    {
        var channels = prepared.Sample.Image.Channels;
        var target = new byte[prepared.Width * prepared.Height];
        var planes = new float[channels * target.Length];
        prepared.Write(planes, target);
        var floats = prepared.Sample.Image.Bits == 32;
        var image = PixelImage.Allocate(prepared.Width, prepared.Height, channels, floats ? 32 : 8);
        for (var i = 0; i < planes.Length; i++)
        {
            var at = (i % target.Length * channels) + (i / target.Length);
            if (floats)
                image.Floats[at] = planes[i];
            else
                image.Samples[at] = (byte)((planes[i] * 255) + 0.5f);
        }

        return (ChannelLayout.Convert(Visible.Of(image), 3), target);
    }

    private static void Paint(PixelImage image, byte[] target, byte[]?[] colors)
    {
        for (var i = 0; i < target.Length; i++)
        {
            var hatched = target[i] == ClassList.Ignore && ((i % image.Width) + (i / image.Width)) % 8 < 3;
            if ((hatched ? Hatching : target[i] < colors.Length ? colors[target[i]] : null) is not { } color)
                continue;
            for (var channel = 0; channel < 3; channel++)
            {
                ref var value = ref image.Samples[(i * 3) + channel];
                value = (byte)(((value * (100 - Cover)) + (color[channel] * Cover)) / 100);
            }
        }
    }

    /// <summary>What is drawn over pixels of each number: nothing over the background, the mean colour over several labels.</summary>
    private static byte[]?[] Colors(ClassList classes)
    {
        var own = classes.Items.Select(static item => MaskValue.TryParseColor(item.Color, out var rgb) ? new[] { rgb >> 16, (rgb >> 8) & 255, rgb & 255 } : [0, 0, 0]).ToList();
        return classes.Combinations is null
            ? [.. own.Select(static (rgb, i) => i == 0 ? null : Mean([rgb]))]
            : [.. classes.Combinations.Select(labels => Mean([.. own.Where((_, i) => labels[i] != 0)]))];

        static byte[]? Mean(IReadOnlyList<int[]> colors) =>
            colors.Count == 0 ? null : [.. Enumerable.Range(0, 3).Select(channel => (byte)colors.Average(color => color[channel]))];
    }
}
