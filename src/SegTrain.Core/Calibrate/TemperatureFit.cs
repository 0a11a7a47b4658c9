using System.Runtime.InteropServices;

namespace SegTrain.Core.Calibrate;

/// <summary>
/// The temperature T that makes <c>softmax(logits / T)</c>, or <c>sigmoid(logits / T)</c>, most likely: least mean of <c>-log p(truth)</c>.
/// Guo et al. 2017, On calibration of modern neural networks, arXiv:1706.04599.
/// </summary>
/// <remarks>
/// In 1/T the mean is convex, so that its slope has one root: Newton's steps, held between bounds that each of them narrows, find it to the last digits.
/// </remarks>
internal static class TemperatureFit
{
    /// <summary>Where every sampled pixel is right, none is the best: the less the better.</summary>
    public const double Least = 0.05;

    /// <summary>Where logits say nothing of the truth, or its contrary, the more the better.</summary>
    public const double Most = 20;

    private const int Chunk = 1 << 14;

    /// <param name="columns">One temperature for all of them.</param>
    /// <returns>From <see cref="Least"/> to <see cref="Most"/>; 1 where there is no pixel.</returns>
    public static double Of(params IReadOnlyList<LogitColumn> columns)
    {
        if (columns.All(static column => column.Targets.Count == 0)) return 1;
        var (low, high, inverse) = (1 / Most, 1 / Least, 1.0);
        if (Slope(columns, low).Slope >= 0) return Most;
        if (Slope(columns, high).Slope <= 0) return Least;
        while (high - low > 1e-12 * high)
        {
            var (slope, bend) = Slope(columns, inverse);
            if (slope > 0) high = inverse;
            else low = inverse;
            var next = inverse - (slope / bend);
            // Bisection where Newton would leave the bounds; also where the bend is 0 and there is no step.
            if (!(next > low && next < high)) next = (low + high) / 2;
            if (Math.Abs(next - inverse) <= 1e-10 * inverse) break;
            inverse = next;
        }
        return 1 / inverse;
    }

    // First and second derivative of the sum by 1/T. In chunks that are always the same, whatever the number of threads, so that the sum is too.
    private static (double Slope, double Bend) Slope(IReadOnlyList<LogitColumn> columns, double inverse) =>
    (
        from column in columns
        from first in Enumerable.Range(0, (column.Targets.Count + Chunk - 1) / Chunk)
        select (column, first: first * Chunk)
    ).AsParallel().AsOrdered().Select(part => Slope(part.column, part.first, Math.Min(Chunk, part.column.Targets.Count - part.first), inverse)).ToArray()
        .Aggregate((Slope: 0.0, Bend: 0.0), static (sum, part) => (sum.Slope + part.Slope, sum.Bend + part.Bend));

    private static (double Slope, double Bend) Slope(LogitColumn column, int first, int count, double inverse)
    {
        var logits = CollectionsMarshal.AsSpan(column.Logits).Slice(first * column.Width, count * column.Width);
        var targets = CollectionsMarshal.AsSpan(column.Targets).Slice(first, count);
        var (slope, bend) = (0.0, 0.0);
        for (var i = 0; i < count; i++)
        {
            // Mean and variance of the logits under the probabilities that they give.
            var pixel = logits.Slice(i * column.Width, column.Width);
            var (mean, variance) = column.Width == 1 ? OfOne(pixel[0], inverse) : OfMany(pixel, inverse);
            slope += mean - (column.Width > 1 ? pixel[targets[i]] : targets[i] * pixel[0]);
            bend += variance;
        }
        return (slope, bend);
    }

    private static (double Mean, double Variance) OfOne(double logit, double inverse)
    {
        var probability = 1 / (1 + Math.Exp(-inverse * logit));
        return (probability * logit, probability * (1 - probability) * logit * logit);
    }

    private static (double Mean, double Variance) OfMany(ReadOnlySpan<float> logits, double inverse)
    {
        var largest = double.NegativeInfinity;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        var (sum, first, second) = (0.0, 0.0, 0.0);
        foreach (var logit in logits)
        {
            var below = logit - largest;
            var weight = Math.Exp(inverse * below);
            sum += weight;
            first += weight * below;
            second += weight * below * below;
        }
        var mean = first / sum;
        return (mean + largest, Math.Max(0, (second / sum) - (mean * mean)));
    }
}
