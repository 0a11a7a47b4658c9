using System.Globalization;

namespace SegTrain.Core.Repeats;

/// <summary>One metric over several runs. A run in which a class is absent has no value and is left out.</summary>
/// <param name="Metric">Its name, such as <c>val.dice</c>.</param>
/// <param name="Runs">How many runs have a value.</param>
/// <param name="Mean">NaN without a value.</param>
/// <param name="Deviation">Sample standard deviation; NaN with fewer than two values, as are the bounds.</param>
/// <param name="Min">NaN without a value.</param>
/// <param name="Max">NaN without a value.</param>
/// <param name="Low">Lower bound of the 95 % confidence interval of the mean by Student's t; of what a metric can be it knows nothing.</param>
/// <param name="High">Its upper bound.</param>
internal sealed record MetricSummary(string Metric, int Runs, double Mean, double Deviation, double Min, double Max, double Low, double High)
{
    private const double Confidence = 0.95;

    public static MetricSummary Of(string metric, IEnumerable<double> values)
    {
        var known = values.Where(double.IsFinite).ToArray();
        if (known.Length == 0)
            return new(metric, 0, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
        var mean = known.Average();
        var deviation = known.Length < 2 ? double.NaN : Math.Sqrt(known.Sum(value => (value - mean) * (value - mean)) / (known.Length - 1));
        var reach = known.Length < 2 ? double.NaN : StudentT.TwoSided(Confidence, known.Length - 1) * deviation / Math.Sqrt(known.Length);
        return new(metric, known.Length, mean, deviation, known.Min(), known.Max(), mean - reach, mean + reach);
    }

    /// <summary>Every metric that any of the runs has, in their order.</summary>
    public static IReadOnlyList<MetricSummary> Of(IReadOnlyList<IReadOnlyDictionary<string, double>> runs) =>
        [.. runs.SelectMany(static run => run.Keys).Distinct().Select(metric => Of(metric, runs.Select(run => run.GetValueOrDefault(metric, double.NaN))))];

    /// <summary>The numbers with their names in files, in the order of a row.</summary>
    public IEnumerable<(string Name, double Value)> Numbers =>
        [("mean", Mean), ("sd", Deviation), ("min", Min), ("max", Max), ("low", Low), ("high", High)];

    /// <summary>summary.csv: one row a metric; empty where there is no number.</summary>
    public static string Csv(IReadOnlyList<MetricSummary> metrics) =>
        Text.Csv.Row(["metric", "runs", .. Of("", []).Numbers.Select(static number => number.Name)])
        + string.Concat(metrics.Select(static row => Text.Csv.Row([row.Metric, $"{row.Runs}", .. row.Numbers.Select(static number => Field(number.Value))])));

    private static string Field(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";
}
