using System.Buffers;
using System.Numerics;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>
/// Smooth random displacements: a coarse grid of handles, each moved uniformly along both axes, joined by uniform cubic B-splines
/// (D. Rueckert et al.: Nonrigid registration using free-form deformations. IEEE TMI 18(8), 1999, doi:10.1109/42.796284).
/// </summary>
internal readonly ref struct ElasticField : IDisposable
{
    /// <summary>Handles along the shorter side; in small images fewer.</summary>
    public const int Cells = 5;

    private const int LeastSpacing = 8;

    private readonly float[] _lines;
    private readonly float _spacing;
    private readonly int _width;

    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <param name="bend">The largest displacement of a handle, as a share of the shorter side.</param>
    /// <param name="random">Draws the displacements.</param>
    public ElasticField(int width, int height, double bend, ref CounterRandom random)
    {
        _width = width;
        _spacing = Math.Max(Math.Min(width, height) / (float)Cells, LeastSpacing);
        var most = (float)(bend * Math.Min(width, height));

        // A spline reaches over four handles. Each row of handles has two lines, for x and for y.
        var (columns, lines) = ((int)((width - 1) / _spacing) + 4, 2 * ((int)((height - 1) / _spacing) + 4));
        var handles = ArrayPool<float>.Shared.Rent(columns * lines);
        for (var i = 0; i < columns * lines; i++)
            handles[i] = most * (float)random.NextSigned();
        _lines = ArrayPool<float>.Shared.Rent(lines * width);
        for (var x = 0; x < width; x++)
        {
            var (first, weights) = Spline(x / _spacing);
            for (var line = 0; line < lines; line++)
            {
                var at = handles.AsSpan((line * columns) + first, 4);
                _lines[(line * width) + x] = (weights.X * at[0]) + (weights.Y * at[1]) + (weights.Z * at[2]) + (weights.W * at[3]);
            }
        }

        ArrayPool<float>.Shared.Return(handles);
    }

    /// <summary>Adds the displacements of a row of pixels to their coordinates.</summary>
    public void Displace(int y, Span<float> xs, Span<float> ys)
    {
        var (first, weights) = Spline(y / _spacing);
        for (var i = 0; i < 4; i++)
        {
            Add(2 * (first + i), weights[i], xs);
            Add((2 * (first + i)) + 1, weights[i], ys);
        }
    }

    public void Dispose()
    {
        if (_lines is not null)
            ArrayPool<float>.Shared.Return(_lines);
    }

    private static (int First, Vector4 Weights) Spline(float at)
    {
        var first = (int)at;
        var t = at - first;
        var (s, t2) = (1 - t, t * t);
        return (first, new Vector4(s * s * s, (((3 * t) - 6) * t2) + 4, (((3 - (3 * t)) * t) + 3) * t + 1, t2 * t) / 6);
    }

    private void Add(int line, float weight, Span<float> to)
    {
        var from = _lines.AsSpan(line * _width, _width);
        var count = to.Length - (to.Length % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
            (new Vector<float>(to[i..]) + (new Vector<float>(from[i..]) * weight)).CopyTo(to[i..]);
        for (var i = count; i < to.Length; i++)
            to[i] += from[i] * weight;
    }
}
