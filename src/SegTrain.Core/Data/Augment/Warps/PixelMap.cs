using System.Numerics;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>From pixels of a window to pixels of its sample, the turns of the view included: p becomes Matrix (p - Middle) + Origin.</summary>
internal sealed class PixelMap
{
    // Below it the four places would only blur.
    private const double Shrinking = 1.2;

    public PixelMap(SampleView view, Warp warp)
    {
        var (column, row) = (view.Column, view.Row);
        Matrix = new(
            (float)((warp.XX * column.X) + (warp.YX * row.X)),
            (float)((warp.XY * column.X) + (warp.YY * row.X)),
            (float)((warp.XX * column.Y) + (warp.YX * row.Y)),
            (float)((warp.XY * column.Y) + (warp.YY * row.Y)));
        Middle = new((view.Width - 1) / 2f, (view.Height - 1) / 2f);
        Origin = new(
            view.Origin.X + (Middle.X * column.X) + (Middle.Y * row.X),
            view.Origin.Y + (Middle.X * column.Y) + (Middle.Y * row.Y));
        var step = Math.Max(Math.Sqrt((warp.XX * warp.XX) + (warp.YX * warp.YX)), Math.Sqrt((warp.XY * warp.XY) + (warp.YY * warp.YY)));
        Taps = step < Shrinking ? [Vector2.Zero] : [Turned(-0.25f, -0.25f), Turned(0.25f, -0.25f), Turned(-0.25f, 0.25f), Turned(0.25f, 0.25f)];
    }

    /// <summary>XX XY YX YY.</summary>
    public Vector4 Matrix { get; }

    public Vector2 Middle { get; }

    /// <summary>Where in the sample the middle is.</summary>
    public Vector2 Origin { get; }

    /// <summary>Where in the sample, counted from an output pixel's place, its colour is read.</summary>
    public Vector2[] Taps { get; }

    public void Apply(Span<float> xs, Span<float> ys)
    {
        var count = xs.Length - (xs.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var x = new Vector<float>(xs[i..]) - new Vector<float>(Middle.X);
            var y = new Vector<float>(ys[i..]) - new Vector<float>(Middle.Y);
            ((x * Matrix.X) + (y * Matrix.Y) + new Vector<float>(Origin.X)).CopyTo(xs[i..]);
            ((x * Matrix.Z) + (y * Matrix.W) + new Vector<float>(Origin.Y)).CopyTo(ys[i..]);
        }

        for (var i = count; i < xs.Length; i++)
        {
            var (x, y) = (xs[i] - Middle.X, ys[i] - Middle.Y);
            xs[i] = (x * Matrix.X) + (y * Matrix.Y) + Origin.X;
            ys[i] = (x * Matrix.Z) + (y * Matrix.W) + Origin.Y;
        }
    }

    private Vector2 Turned(float x, float y) => new((x * Matrix.X) + (y * Matrix.Y), (x * Matrix.Z) + (y * Matrix.W));
}
