using System.Numerics;
using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Warps;

/// <summary>
/// Smooth random displacements: a coarse grid of handles, each moved uniformly along both axes, joined by uniform cubic B-splines
/// (D. Rueckert et al.: Nonrigid registration using free-form deformations. IEEE TMI 18(8), 1999, doi:10.1109/42.796284).
/// </summary>
/// <param name="Handles">How far each is moved: Lines x Columns, a row of handles having two lines, for x and for y.</param>
/// <param name="Columns">Handles in a row.</param>
/// <param name="Spacing">Pixels between two of them.</param>
/// <param name="Most">How far a handle may be moved along an axis, and so a pixel.</param>
internal sealed record ElasticField(float[] Handles, int Columns, float Spacing, float Most)
{
    /// <summary>Handles along the shorter side; in small images fewer.</summary>
    public const int Cells = 5;

    /// <summary>Handles that a spline reaches over.</summary>
    public const int Reach = 4;

    private const int LeastSpacing = 8;

    public int Lines => Handles.Length / Columns;

    /// <param name="width">Width of the window in pixels.</param>
    /// <param name="height">Its height.</param>
    /// <param name="bend">The largest displacement of a handle, as a share of the shorter side.</param>
    /// <param name="random">Draws the displacements.</param>
    public static ElasticField Draw(int width, int height, double bend, ref CounterRandom random)
    {
        var spacing = Math.Max(Math.Min(width, height) / (float)Cells, LeastSpacing);
        var most = (float)(bend * Math.Min(width, height));
        var (columns, lines) = ((int)((width - 1) / spacing) + Reach, 2 * ((int)((height - 1) / spacing) + Reach));
        var handles = new float[columns * lines];
        foreach (ref var handle in handles.AsSpan())
            handle = most * (float)random.NextSigned();
        return new(handles, columns, spacing, most);
    }

    /// <summary>Coordinates of the pixels of many windows, displaced: the same sums in the same order as those of <see cref="ElasticLines"/>.</summary>
    /// <param name="fields">Of windows of one size; null for what is not bent.</param>
    /// <param name="x">(1, 1, 1, W), float32.</param>
    /// <param name="y">(1, 1, H, 1), float32.</param>
    /// <returns>(N, 1, H, W) each.</returns>
    public static (Tensor X, Tensor Y) Displace(IReadOnlyList<ElasticField?> fields, Tensor x, Tensor y)
    {
        var (width, height) = ((int)x.shape[3], (int)y.shape[2]);
        if (fields.FirstOrDefault(static field => field is not null) is not { } some)
            return (x, y);
        var handles = Upload.Of((float[])[.. fields.SelectMany(field => field?.Handles ?? new float[some.Handles.Length])], x.device).view(fields.Count, some.Lines, some.Columns);
        var lines = some.Splines(width, x.device).Select(spline => handles.index_select(2, spline.Handles) * spline.Weights).Aggregate(static (sum, one) => sum.Plus(one))
            .view(fields.Count, some.Lines / 2, 2, width);
        foreach (var (rows, weights) in some.Splines(height, x.device))
        {
            var moved = lines.index_select(1, rows) * weights.view(1, height, 1, 1);
            x = x.Plus(moved.narrow(2, 0, 1).transpose(1, 2));
            y = y.Plus(moved.narrow(2, 1, 1).transpose(1, 2));
        }

        return (x, y);
    }

    /// <summary>The first handle that moves a pixel of a row or column, and how much it and the next three do.</summary>
    public (int First, Vector4 Weights) Spline(int pixel)
    {
        var at = pixel / Spacing;
        var first = (int)at;
        var t = at - first;
        var (s, t2) = (1 - t, t * t);
        return (first, new Vector4(s * s * s, (((3 * t) - 6) * t2) + 4, (((3 - (3 * t)) * t) + 3) * t + 1, t2 * t) / 6);
    }

    /// <summary>For each of the four handles that move a pixel, its number and its weight, of all pixels.</summary>
    private IEnumerable<(Tensor Handles, Tensor Weights)> Splines(int pixels, Device device)
    {
        var splines = Enumerable.Range(0, pixels).Select(Spline).ToList();
        for (var i = 0; i < Reach; i++)
            yield return (Upload.Of((long[])[.. splines.Select(spline => (long)(spline.First + i))], device), Upload.Of((float[])[.. splines.Select(spline => spline.Weights[i])], device));
    }
}
