using System.Globalization;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>
/// Losses drawn as curves: of a small image, a disc in its background, in which every pixel gives its true class the same probability.
/// </summary>
public static partial class LossPlot
{
    private const int Side = 16;
    private const double Radius = 4.5;
    private const int Steps = 98;

    private static readonly double[] s_probabilities = [0.1, 0.5, 0.9];

    private static readonly long[] s_disc =
    [
        .. from y in Enumerable.Range(0, Side)
           from x in Enumerable.Range(0, Side)
           select double.Hypot(x - (Side - 1) / 2.0, y - (Side - 1) / 2.0) <= Radius ? 1L : 0L,
    ];

    /// <summary>Loss and gradient against the probability of the true class, or against a parameter.</summary>
    /// <param name="expressions">The losses, at least one; weights that change are those of the first epoch.</param>
    /// <param name="over">A parameter and its range, such as <c>alpha=0..1</c>; null for the probability.</param>
    /// <returns>The text of an SVG file.</returns>
    /// <exception cref="LossException">An expression or the range cannot be read, or has no meaning; the message says what to do.</exception>
    public static string Svg(IReadOnlyList<string> expressions, string? over = null)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        var losses = expressions.Select(LossExpression.Parse).ToList();
        var task = TaskOf(losses);
        const string Lines = "solid: loss; dashed: pull on the logit z of the true class, -dL/dz";
        if (over is null)
        {
            double[] along = [.. Enumerable.Range(0, Steps + 1).Select(i => 0.01 + i * 0.98 / Steps)];
            var chart = losses.Select(loss => (Loss: loss.Build(task), Name: loss.ToString()));
            return SvgChart.Of("probability of the true class", Lines, [.. chart.Select(row => Curve(row.Name, along, p => At(row.Loss, p)))]);
        }
        var (parameter, values) = Range(over, losses);
        return SvgChart.Of(parameter, Lines, [.. losses.SelectMany(loss => s_probabilities.Select(p => Curve(
            string.Create(CultureInfo.InvariantCulture, $"{loss}, p = {p}"), values, value => At(loss.With(parameter, value).Build(task), p))))]);
    }

    private static LossTask TaskOf(List<LossExpression> losses)
    {
        LossTask[] tasks = [new(SegmentationMode.Binary, 2, null), new(SegmentationMode.Multiclass, 2, null)];
        return tasks.FirstOrDefault(task => losses.All(loss => loss.Terms.All(term => term.Definition.Modes.Contains(task.Mode)))) ?? tasks[0];
    }

    private static (string Parameter, double[] Values) Range(string over, List<LossExpression> losses)
    {
        var parts = RangeText().Match(over);
        if (!parts.Success || !double.TryParse(parts.Groups[2].Value, CultureInfo.InvariantCulture, out var from)
            || !double.TryParse(parts.Groups[3].Value, CultureInfo.InvariantCulture, out var to) || !(from < to))
        {
            throw new LossException($"'{over}' is not a parameter with a range: write it as alpha=0..1");
        }
        var name = parts.Groups[1].Value;
        // A whole number goes in steps of 1.
        var isWhole = losses.SelectMany(loss => loss.Terms).Any(term => term.Definition.Parameters.Any(p => p.IsNamed(name) && p.IsWhole));
        var steps = isWhole ? Math.Max(1, (int)(to - from)) : Steps;
        return (name, [.. Enumerable.Range(0, steps + 1).Select(i => isWhole ? from + i : from + (to - from) * i / steps)]);
    }

    private static SvgCurve Curve(string name, double[] along, Func<double, (double Value, double Pull)> at)
    {
        var points = along.Select(at).ToList();
        return new SvgCurve(name, along, [.. points.Select(point => point.Value)], [.. points.Select(point => point.Pull)]);
    }

    private static (double Value, double Pull) At(Loss loss, double p)
    {
        using var scope = NewDisposeScope();
        using var z = tensor(Math.Log(p / (1 - p)), float64, requires_grad: true);
        var disc = tensor(s_disc, [1, Side, Side], float64);
        // The difference of the two logits of a softmax is the one logit of a sigmoid.
        var logits = loss.Task.Mode == SegmentationMode.Binary
            ? (disc * Num(2) - One).unsqueeze(1) * z
            : stack([(Num(0.5) - disc) * z, (disc - Num(0.5)) * z], 1);
        var value = loss.Compute(logits, disc.to(uint8));
        value.backward();
        return (value.item<double>(), -z.grad!.item<double>());
    }

    [GeneratedRegex(@"^(\w+)=(.+?)\.\.(.+)$")]
    private static partial Regex RangeText();
}
