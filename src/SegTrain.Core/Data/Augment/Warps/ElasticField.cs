using System.Numerics;
using SegTrain.Core.Randomness;

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

    /// <summary>The first handle that moves a pixel of a row or column, and how much it and the next three do.</summary>
    public (int First, Vector4 Weights) Spline(int pixel)
    {
        var at = pixel / Spacing;
        var first = (int)at;
        var t = at - first;
        var (s, t2) = (1 - t, t * t);
        return (first, new Vector4(s * s * s, (((3 * t) - 6) * t2) + 4, (((3 - (3 * t)) * t) + 3) * t + 1, t2 * t) / 6);
    }
}
