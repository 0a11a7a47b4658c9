using System.Globalization;
using SegTrain.Losses;

namespace SegTrain.Core.Training;

/// <param name="Rate">Learning rate of the step.</param>
/// <param name="Loss">Of its images, before it.</param>
/// <param name="Smoothed">Mean of the losses of this step and its neighbours on both sides: a mean of those before alone would lag behind the rate.</param>
internal readonly record struct RatePoint(double Rate, double Loss, double Smoothed);

/// <summary>How the loss follows a rising learning rate, and the rate to train with.</summary>
internal sealed class RateCurve
{
    // Neighbours on each side; nine steps of a search are two thirds of a power of ten.
    private const int Neighbours = 4;

    // The loss counts as exploded when it is above the lowest by so many times the size of that or its distance from the first losses, whichever is larger.
    private const double Exploded = 3;

    // A fall by less than this share of the first is none.
    private const double Fall = 0.02;

    private readonly List<(double Rate, double Loss)> _steps = [];
    private double _lowest = double.PositiveInfinity;
    private double _beginning = double.NegativeInfinity;

    public IReadOnlyList<RatePoint> Points => [.. _steps.Select((step, i) => new RatePoint(step.Rate, step.Loss, Mean(i - Neighbours, i + Neighbours)))];

    /// <summary>Where the smoothed loss is lowest; null where no rate lowered it.</summary>
    public double? Lowest =>
        Points is [var first, ..] points && points.MinBy(static point => point.Smoothed) is var lowest
            && first.Smoothed - lowest.Smoothed > Fall * Math.Abs(first.Smoothed) ? lowest.Rate : null;

    /// <summary>Where, on the way to the lowest, the smoothed loss falls fastest against the logarithm of the rate; null where no rate lowered it.</summary>
    public double? Steepest
    {
        get
        {
            var points = Points;
            // Beyond the lowest it jumps up and down.
            var falling = points.Count(point => point.Rate <= Lowest);
            return falling < 2 ? null : points[Enumerable.Range(1, falling - 1).MinBy(i => points[i].Smoothed - points[i - 1].Smoothed)].Rate;
        }
    }

    /// <summary>The rate to train with: <see cref="Steepest"/>, but at most a tenth of <see cref="Lowest"/>.</summary>
    public double? Suggested => Lowest is { } lowest && Steepest is { } steepest ? Math.Min(steepest, lowest / 10) : null;

    /// <param name="rate">Higher than the last.</param>
    /// <param name="loss">What it came to.</param>
    /// <returns>False when the loss has exploded, which ends the search; what is not a number is left out.</returns>
    public bool Add(double rate, double loss)
    {
        if (!double.IsFinite(loss)) return false;
        _steps.Add((rate, loss));
        // The first few never end the search: single batches may have any loss, and rates as small as these blow nothing up.
        const int Whole = 2 * Neighbours + 1;
        if (_steps.Count <= Whole) _beginning = Math.Max(_beginning, loss);
        if (_steps.Count < Whole) return true;
        var recent = Mean(_steps.Count - Whole, _steps.Count - 1);
        _lowest = Math.Min(_lowest, recent);
        return recent - _lowest <= Exploded * Math.Max(Math.Abs(_lowest), _beginning - _lowest);
    }

    /// <summary>One row a step.</summary>
    public string Csv() => Text.Csv.Row("learning_rate", "loss", "smoothed") + string.Concat(Points.Select(static point =>
        Text.Csv.Row(new[] { point.Rate, point.Loss, point.Smoothed }.Select(static number => number.ToString("R", CultureInfo.InvariantCulture)))));

    /// <param name="loss">The name of the curve.</param>
    public string Svg(string loss) => SvgChart.Of("learning rate, as a power of ten", "solid: smoothed loss; dashed: loss of each step",
        [new SvgCurve(loss, [.. Points.Select(static point => Math.Log10(point.Rate))], [.. Points.Select(static point => point.Smoothed)], [.. Points.Select(static point => point.Loss)])]);

    // Of the steps that there are in the range.
    private double Mean(int first, int last) => _steps.Take(Math.Max(0, first)..(last + 1)).Average(static step => step.Loss);
}
