using System.Buffers;
using System.Numerics;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>An <see cref="ElasticField"/> joined along x, which is left to be joined along y row by row.</summary>
internal readonly ref struct ElasticLines : IDisposable
{
    private readonly ElasticField _field;
    private readonly float[] _lines;
    private readonly int _width;

    public ElasticLines(ElasticField field, int width)
    {
        (_field, _width) = (field, width);
        _lines = ArrayPool<float>.Shared.Rent(field.Lines * width);
        for (var x = 0; x < width; x++)
        {
            var (first, weights) = field.Spline(x);
            for (var line = 0; line < field.Lines; line++)
            {
                var at = field.Handles.AsSpan((line * field.Columns) + first, ElasticField.Reach);
                _lines[(line * width) + x] = (weights.X * at[0]) + (weights.Y * at[1]) + (weights.Z * at[2]) + (weights.W * at[3]);
            }
        }
    }

    /// <summary>Adds the displacements of a row of pixels to their coordinates.</summary>
    public void Displace(int y, Span<float> xs, Span<float> ys)
    {
        var (first, weights) = _field.Spline(y);
        for (var i = 0; i < ElasticField.Reach; i++)
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
