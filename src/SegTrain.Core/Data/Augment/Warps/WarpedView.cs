using System.Buffers;
using System.Numerics;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>
/// Writes a view through a <see cref="Warp"/>: every output pixel has one place in the sample, of which the class is that of the nearest pixel and the
/// colour is bilinear, the mean of four places in the output pixel where it covers markedly more than one. Outside the sample lies ignored black.
/// </summary>
internal static class WarpedView
{
    /// <inheritdoc cref="SampleView.Write"/>
    /// <param name="view">The window; the warp takes pixels from all of its sample.</param>
    /// <param name="warp">Where they are taken from.</param>
    /// <param name="field">The displacements before; null for none.</param>
    /// <param name="planes">Channels x Height x Width, from 0 to 1, but floating point as it is; empty to leave colours out.</param>
    /// <param name="target">Height x Width class indices.</param>
    public static void Write(SampleView view, Warp warp, ElasticField? field, Span<float> planes, Span<byte> target)
    {
        var image = view.Sample.Image;
        var map = new PixelMap(view, warp);
        using var bent = field is null ? default : new ElasticLines(field, view.Width);
        var scratch = ArrayPool<float>.Shared.Rent(5 * view.Width);
        var row = new Row(scratch, view.Width);
        planes.Clear();
        for (var y = 0; y < view.Height; y++)
        {
            for (var x = 0; x < view.Width; x++)
                row.X[x] = x;
            row.Y.Fill(y);
            if (field is not null)
                bent.Displace(y, row.X, row.Y);
            map.Apply(row.X, row.Y);
            WriteClasses(view.Sample, row, target.Slice(y * view.Width, view.Width));
            if (planes.IsEmpty)
                continue;
            foreach (var tap in map.Taps)
            {
                Shift(row.X, tap.X, image.Width - 1, row.TapX);
                Shift(row.Y, tap.Y, image.Height - 1, row.TapY);
                var lines = planes[(y * view.Width)..];
                if (image.Bits == 8)
                    AddColors<byte>(image.Samples, image, row, lines, target.Length);
                else if (image.Bits == 16)
                    AddColors<ushort>(image.Words, image, row, lines, target.Length);
                else
                    AddColors<float>(image.Floats, image, row, lines, target.Length);
            }

            for (var channel = 0; channel < image.Channels; channel++)
                Finish(planes.Slice((channel * target.Length) + (y * view.Width), view.Width), row.Inside, image.FullScale * map.Taps.Length);
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    private static void WriteClasses(Sample sample, Row row, Span<byte> target)
    {
        var (width, height) = (sample.Image.Width, sample.Image.Height);
        for (var i = 0; i < target.Length; i++)
        {
            var (x, y) = (row.X[i], row.Y[i]);
            var inside = x >= -0.5f && x < width - 0.5f && y >= -0.5f && y < height - 0.5f;
            row.Inside[i] = inside ? 1 : 0;

            // Half a pixel less a hair rounds up to a whole one.
            target[i] = inside ? sample.Target[(Math.Min((int)(y + 0.5f), height - 1) * width) + Math.Min((int)(x + 0.5f), width - 1)] : ClassList.Ignore;
        }
    }

    private static void Shift(ReadOnlySpan<float> places, float by, int last, Span<float> into)
    {
        var count = into.Length - (into.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
            Vector.Min(Vector.Max(new Vector<float>(places[i..]) + new Vector<float>(by), Vector<float>.Zero), new Vector<float>(last)).CopyTo(into[i..]);
        for (var i = count; i < into.Length; i++)
            into[i] = Math.Clamp(places[i] + by, 0, last);
    }

    /// <summary>Adds what lies at the taps of a row to each channel's line, in the image's own units.</summary>
    private static void AddColors<T>(ReadOnlySpan<T> pixels, PixelImage image, Row row, Span<float> lines, int size)
        where T : unmanaged, INumber<T>
    {
        var (width, height, channels) = (image.Width, image.Height, image.Channels);
        for (var i = 0; i < row.TapX.Length; i++)
        {
            var (x, y) = (row.TapX[i], row.TapY[i]);
            var (left, top) = ((int)x, (int)y);
            var (fx, fy) = (x - left, y - top);
            var both = fx * fy;
            var (a, b, c, d) = (1 - fx - fy + both, fx - both, fy - both, both);
            var at = ((top * width) + left) * channels;
            var right = at + (left < width - 1 ? channels : 0);
            var down = top < height - 1 ? width * channels : 0;
            for (var channel = 0; channel < channels; channel++)
            {
                lines[(channel * size) + i] += (a * float.CreateTruncating(pixels[at + channel])) + (b * float.CreateTruncating(pixels[right + channel]))
                    + (c * float.CreateTruncating(pixels[at + down + channel])) + (d * float.CreateTruncating(pixels[right + down + channel]));
            }
        }
    }

    private static void Finish(Span<float> line, ReadOnlySpan<float> inside, float full)
    {
        var count = line.Length - (line.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
            (new Vector<float>(line[i..]) / new Vector<float>(full) * new Vector<float>(inside[i..])).CopyTo(line[i..]);
        for (var i = count; i < line.Length; i++)
            line[i] = line[i] / full * inside[i];
    }

    /// <summary>Numbers of one row of output pixels.</summary>
    private readonly ref struct Row(Span<float> scratch, int width)
    {
        /// <summary>Where in the sample they lie.</summary>
        public Span<float> X { get; } = scratch[..width];

        public Span<float> Y { get; } = scratch.Slice(width, width);

        /// <summary>The same moved to where a colour is read, which is never outside.</summary>
        public Span<float> TapX { get; } = scratch.Slice(2 * width, width);

        public Span<float> TapY { get; } = scratch.Slice(3 * width, width);

        /// <summary>1 where the place is on the sample, else 0.</summary>
        public Span<float> Inside { get; } = scratch.Slice(4 * width, width);
    }
}
