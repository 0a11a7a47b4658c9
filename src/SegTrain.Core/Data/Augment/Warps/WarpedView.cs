using System.Buffers;
using System.Numerics;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>
/// Writes a view through a <see cref="Warp"/>: every output pixel has one place in the sample, of which the class is that of the nearest pixel and the
/// colour is bilinear, the mean of four places in the output pixel where it covers markedly more than one. Outside the sample lies ignored black.
/// </summary>
internal static class WarpedView
{
    // Below it the four places would only blur.
    private const double Shrinking = 1.2;

    /// <inheritdoc cref="SampleView.Write"/>
    /// <param name="view">The window; the warp takes pixels from all of its sample.</param>
    /// <param name="warp">Where they are taken from.</param>
    /// <param name="planes">Channels x Height x Width, from 0 to 1.</param>
    /// <param name="target">Height x Width class indices.</param>
    /// <param name="random">Draws the field where the warp bends.</param>
    public static void Write(SampleView view, Warp warp, Span<float> planes, Span<byte> target, ref CounterRandom random)
    {
        var image = view.Sample.Image;
        var map = new Map(view, warp);
        using var field = warp.Bend > 0 ? new ElasticField(view.Width, view.Height, warp.Bend, ref random) : default;
        var places = ArrayPool<float>.Shared.Rent(2 * view.Width);
        var xs = places.AsSpan(0, view.Width);
        var ys = places.AsSpan(view.Width, view.Width);
        for (var y = 0; y < view.Height; y++)
        {
            for (var x = 0; x < xs.Length; x++)
                xs[x] = x;
            ys.Fill(y);
            if (warp.Bend > 0)
                field.Displace(y, xs, ys);
            map.Apply(xs, ys);
            if (image.Bits == 8)
                WriteRow<byte>(view, map, image.Samples, 255, y, xs, ys, planes, target);
            else
                WriteRow<ushort>(view, map, image.Words, 65535, y, xs, ys, planes, target);
        }

        ArrayPool<float>.Shared.Return(places);
    }

    private static void WriteRow<T>(
        SampleView view, Map map, ReadOnlySpan<T> pixels, float full, int y, ReadOnlySpan<float> xs, ReadOnlySpan<float> ys, Span<float> planes, Span<byte> target)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (width, height, channels) = (view.Sample.Image.Width, view.Sample.Image.Height, view.Sample.Image.Channels);
        var (size, classes, taps) = (view.Width * view.Height, view.Sample.Target, map.Taps);
        full *= taps.Length;
        Span<float> sums = stackalloc float[4];
        for (var (x, at) = (0, y * view.Width); x < xs.Length; x++, at++)
        {
            var (sx, sy) = (xs[x], ys[x]);
            sums.Clear();
            if (sx >= -0.5f && sx < width - 0.5f && sy >= -0.5f && sy < height - 0.5f)
            {
                // Half a pixel less a hair rounds up to a whole one.
                target[at] = classes[(Math.Min((int)(sy + 0.5f), height - 1) * width) + Math.Min((int)(sx + 0.5f), width - 1)];
                foreach (var tap in taps)
                    Add(pixels, width, height, channels, sx + tap.X, sy + tap.Y, sums);
            }
            else
            {
                target[at] = ClassList.Ignore;
            }

            for (var c = 0; c < channels; c++)
                planes[(c * size) + at] = sums[c] / full;
        }
    }

    private static void Add<T>(ReadOnlySpan<T> pixels, int width, int height, int channels, float x, float y, Span<float> sums)
        where T : unmanaged, IBinaryInteger<T>
    {
        (x, y) = (Math.Clamp(x, 0, width - 1), Math.Clamp(y, 0, height - 1));
        var (left, top) = ((int)x, (int)y);
        var (fx, fy) = (x - left, y - top);
        var both = fx * fy;
        var (a, b, c, d) = (1 - fx - fy + both, fx - both, fy - both, both);
        var at = ((top * width) + left) * channels;
        var right = at + (left < width - 1 ? channels : 0);
        var down = top < height - 1 ? width * channels : 0;
        for (var channel = 0; channel < channels; channel++)
        {
            sums[channel] += (a * float.CreateTruncating(pixels[at + channel])) + (b * float.CreateTruncating(pixels[right + channel]))
                + (c * float.CreateTruncating(pixels[at + down + channel])) + (d * float.CreateTruncating(pixels[right + down + channel]));
        }
    }

    /// <summary>From pixels of the window to pixels of the sample, the turns of the view included.</summary>
    private sealed class Map
    {
        private readonly Vector4 _matrix;
        private readonly Vector2 _middle;
        private readonly Vector2 _origin;

        public Map(SampleView view, Warp warp)
        {
            var (column, row) = (view.Column, view.Row);
            _matrix = new(
                (float)((warp.XX * column.X) + (warp.YX * row.X)),
                (float)((warp.XY * column.X) + (warp.YY * row.X)),
                (float)((warp.XX * column.Y) + (warp.YX * row.Y)),
                (float)((warp.XY * column.Y) + (warp.YY * row.Y)));
            _middle = new((view.Width - 1) / 2f, (view.Height - 1) / 2f);
            _origin = new(
                view.Origin.X + (_middle.X * column.X) + (_middle.Y * row.X),
                view.Origin.Y + (_middle.X * column.Y) + (_middle.Y * row.Y));
            var step = Math.Max(Math.Sqrt((warp.XX * warp.XX) + (warp.YX * warp.YX)), Math.Sqrt((warp.XY * warp.XY) + (warp.YY * warp.YY)));
            Taps = step < Shrinking ? [Vector2.Zero] : [Turned(-0.25f, -0.25f), Turned(0.25f, -0.25f), Turned(-0.25f, 0.25f), Turned(0.25f, 0.25f)];
        }

        /// <summary>Where in the sample, counted from an output pixel's place, its colour is read.</summary>
        public Vector2[] Taps { get; }

        public void Apply(Span<float> xs, Span<float> ys)
        {
            var count = xs.Length - (xs.Length % Vector<float>.Count);
            for (var i = 0; i < count; i += Vector<float>.Count)
            {
                var x = new Vector<float>(xs[i..]) - new Vector<float>(_middle.X);
                var y = new Vector<float>(ys[i..]) - new Vector<float>(_middle.Y);
                ((x * _matrix.X) + (y * _matrix.Y) + new Vector<float>(_origin.X)).CopyTo(xs[i..]);
                ((x * _matrix.Z) + (y * _matrix.W) + new Vector<float>(_origin.Y)).CopyTo(ys[i..]);
            }

            for (var i = count; i < xs.Length; i++)
            {
                var (x, y) = (xs[i] - _middle.X, ys[i] - _middle.Y);
                xs[i] = (x * _matrix.X) + (y * _matrix.Y) + _origin.X;
                ys[i] = (x * _matrix.Z) + (y * _matrix.W) + _origin.Y;
            }
        }

        private Vector2 Turned(float x, float y) => new((x * _matrix.X) + (y * _matrix.Y), (x * _matrix.Z) + (y * _matrix.W));
    }
}
