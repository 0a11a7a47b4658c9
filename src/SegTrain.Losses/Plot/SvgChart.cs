using System.Globalization;
using System.Net;
using System.Text;

namespace SegTrain.Losses;

/// <summary>One curve of a chart with its companion.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="X">Rising.</param>
/// <param name="Solid">One value for each x.</param>
/// <param name="Dashed">Another.</param>
internal sealed record SvgCurve(string Name, double[] X, double[] Solid, double[] Dashed);

/// <summary>A line chart as an SVG file: a frame, a grid at round numbers, curves, a legend below.</summary>
internal static class SvgChart
{
    private const int Width = 640, Height = 360, Left = 56, Right = 16, Top = 16, AxisHeight = 48, LegendLine = 18;

    // Okabe and Ito's colours, which colour-blind people tell apart.
    private static readonly string[] s_colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    /// <param name="xName">What the horizontal axis is.</param>
    /// <param name="note">What solid and dashed lines are.</param>
    /// <param name="curves">At least one.</param>
    internal static string Of(string xName, string note, IReadOnlyList<SvgCurve> curves)
    {
        var values = curves.SelectMany(curve => curve.Solid.Concat(curve.Dashed)).Where(double.IsFinite).Append(0).ToList();
        var x = new Axis(curves.Min(curve => curve.X[0]), curves.Max(curve => curve.X[^1]), Left, Width - Right);
        var y = new Axis(values.Min(), Math.Max(values.Max(), values.Min() + 1e-3), Height, Top);
        var total = Height + AxisHeight + LegendLine * (curves.Count + 1);
        var text = new StringBuilder();
        Line(text, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {total}" width="{Width}" height="{total}" font-family="sans-serif" font-size="12">""");
        Line(text, $"<title>{Escaped(string.Join("; ", curves.Select(curve => curve.Name)))}</title>");
        Line(text, """<rect width="100%" height="100%" fill="#ffffff"/>""");
        foreach (var tick in x.Ticks())
        {
            Line(text, $"""<path d="M{At(x, tick)} {Top}V{Height}" stroke="#e4e4e4"/>""");
            Line(text, $"""<text x="{At(x, tick)}" y="{Height + 18}" text-anchor="middle">{Number(tick)}</text>""");
        }
        foreach (var tick in y.Ticks())
        {
            Line(text, $"""<path d="M{Left} {At(y, tick)}H{Width - Right}" stroke="{(tick == 0 ? "#808080" : "#e4e4e4")}"/>""");
            Line(text, $"""<text x="{Left - 8}" y="{At(y, tick)}" dy="4" text-anchor="end">{Number(tick)}</text>""");
        }
        Line(text, $"""<text x="{(Left + Width - Right) / 2}" y="{Height + 38}" text-anchor="middle">{Escaped(xName)}</text>""");
        for (var i = 0; i < curves.Count; i++)
        {
            var (curve, color) = (curves[i], s_colors[i % s_colors.Length]);
            Line(text, $"""<path d="{Path(x, y, curve.X, curve.Solid)}" fill="none" stroke="{color}" stroke-width="2"/>""");
            Line(text, $"""<path d="{Path(x, y, curve.X, curve.Dashed)}" fill="none" stroke="{color}" stroke-dasharray="5 4"/>""");
            var at = Height + AxisHeight + LegendLine * i;
            Line(text, $"""<path d="M{Left} {at}h24" stroke="{color}" stroke-width="2"/>""");
            Line(text, $"""<text x="{Left + 32}" y="{at}" dy="4">{Escaped(curve.Name)}</text>""");
        }
        Line(text, $"""<text x="{Left}" y="{total - LegendLine + 4}" fill="#606060">{Escaped(note)}</text>""");
        return text.Append("</svg>\n").ToString();
    }

    private static string Path(Axis x, Axis y, double[] along, double[] values)
    {
        var points = along.Zip(values).Where(point => double.IsFinite(point.Second));
        return "M" + string.Join(' ', points.Select(point => $"{At(x, point.First)},{At(y, point.Second)}"));
    }

    private static string At(Axis axis, double value) => axis.At(value).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Escaped(string words) => WebUtility.HtmlEncode(words);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');

    /// <summary>A range of values on a range of pixels.</summary>
    private readonly record struct Axis(double First, double Last, double From, double To)
    {
        public double At(double value) => From + (value - First) / (Last - First) * (To - From);

        /// <summary>The multiples of 1, 2 or 5 times a power of ten that make four to ten lines.</summary>
        public IEnumerable<double> Ticks()
        {
            var widest = (Last - First) / 4;
            var power = Math.Pow(10, Math.Floor(Math.Log10(widest)));
            var unit = power * (widest >= 5 * power ? 5 : widest >= 2 * power ? 2 : 1);
            var (first, last) = ((long)Math.Ceiling(First / unit - 1e-9), (long)Math.Floor(Last / unit + 1e-9));
            for (var i = first; i <= last; i++) yield return i * unit;
        }
    }
}
