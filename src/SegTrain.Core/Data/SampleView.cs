using SegTrain.Core.Images;

namespace SegTrain.Core.Data;

/// <summary>
/// A sample seen mirrored, turned or cropped, image and classes alike, without copying a pixel. View pixel (x, y) is the sample's pixel
/// Origin + x * Column + y * Row, where Column and Row are unit steps along its axes; outside the sample lies ignored black.
/// </summary>
internal readonly record struct SampleView(
    Sample Sample, int Width, int Height, (int X, int Y) Origin, (int X, int Y) Column, (int X, int Y) Row)
{
    private static readonly float[] Scale8 = [.. Enumerable.Range(0, 256).Select(static v => v / 255f)];

    public static SampleView Whole(Sample sample) => new(sample, sample.Image.Width, sample.Image.Height, (0, 0), (1, 0), (0, 1));

    /// <summary>A window; parts of it may lie outside.</summary>
    public SampleView Crop(int left, int top, int width, int height) => this with { Width = width, Height = height, Origin = At(left, top) };

    public SampleView MirrorLeftRight() => this with { Origin = At(Width - 1, 0), Column = (-Column.X, -Column.Y) };

    public SampleView MirrorTopBottom() => this with { Origin = At(0, Height - 1), Row = (-Row.X, -Row.Y) };

    /// <summary>A quarter turn counter-clockwise: the right edge becomes the top.</summary>
    public SampleView TurnLeft() => new(Sample, Height, Width, At(Width - 1, 0), Row, (-Column.X, -Column.Y));

    /// <summary>Where in the view a pixel of the sample is seen.</summary>
    public (int X, int Y) Find(int x, int y)
    {
        var (dx, dy) = (x - Origin.X, y - Origin.Y);
        return ((dx * Column.X) + (dy * Column.Y), (dx * Row.X) + (dy * Row.Y));
    }

    /// <summary>Writes all pixels.</summary>
    /// <param name="planes">Channels x Height x Width, from 0 to 1, but floating point as it is; empty to leave colours out.</param>
    /// <param name="target">Height x Width class indices; a target in another size than the image is seen whole.</param>
    public void Write(Span<float> planes, Span<byte> target)
    {
        var image = Sample.Image;
        var hasTarget = Sample.Target.Length == image.Width * image.Height;
        if (!hasTarget)
            Sample.Target.CopyTo(target);
        var size = Width * Height;
        var step = Column.X + (Column.Y * image.Width);
        var channels = planes.IsEmpty ? 0 : image.Channels;
        for (var y = 0; y < Height; y++)
        {
            var (start, end) = Inside(y);
            var (x0, y0) = At(start, y);
            var first = x0 + (y0 * image.Width);
            if (hasTarget)
                WriteRow(target.Slice(y * Width, Width), start, end, first, step);
            for (var channel = 0; channel < channels; channel++)
            {
                var line = planes.Slice((channel * size) + (y * Width), Width);
                line[..start].Clear();
                line[end..].Clear();
                WriteLine(image, line[start..end], (first * image.Channels) + channel, step * image.Channels);
            }
        }
    }

    private void WriteRow(Span<byte> row, int start, int end, int first, int step)
    {
        row[..start].Fill(ClassList.Ignore);
        row[end..].Fill(ClassList.Ignore);
        for (var (x, at) = (start, first); x < end; x++, at += step)
            row[x] = Sample.Target[at];
    }

    private static void WriteLine(PixelImage image, Span<float> line, int at, int step)
    {
        if (image.Bits == 8)
        {
            for (var (x, samples) = (0, image.Samples); x < line.Length; x++, at += step)
                line[x] = Scale8[samples[at]];
            return;
        }

        if (image.Bits == 32)
        {
            var floats = image.Floats;
            for (var x = 0; x < line.Length; x++, at += step)
                line[x] = floats[at];
            return;
        }

        var words = image.Words;
        for (var x = 0; x < line.Length; x++, at += step)
            line[x] = words[at] / 65535f;
    }

    private (int X, int Y) At(int x, int y) => (Origin.X + (x * Column.X) + (y * Row.X), Origin.Y + (x * Column.Y) + (y * Row.Y));

    // The part of a view row that lies on the sample. Along it one coordinate moves and the other stands still.
    private (int Start, int End) Inside(int y)
    {
        var (x0, y0) = At(0, y);
        var (moving, step, length, still, bound) = Column.X != 0
            ? (x0, Column.X, Sample.Image.Width, y0, Sample.Image.Height) : (y0, Column.Y, Sample.Image.Height, x0, Sample.Image.Width);
        if (still < 0 || still >= bound)
            return (0, 0);
        var (start, end) = step > 0 ? (-moving, length - moving) : (moving - length + 1, moving + 1);
        start = Math.Clamp(start, 0, Width);
        return (start, Math.Clamp(end, start, Width));
    }
}
