namespace SegTrain.Core.Metrics;

/// <summary>Counts of pixels by true and predicted class: the one source of every metric.</summary>
/// <param name="classes">Number of classes C.</param>
internal sealed class ConfusionMatrix(int classes)
{
    private readonly long[] _counts = new long[classes * classes];

    public int Classes => classes;

    /// <summary>Row-major: true class times C plus predicted class.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    public long Total => _counts.Sum();

    public long this[int truth, int predicted] => _counts[truth * classes + predicted];

    public void Add(ReadOnlySpan<long> counts)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += counts[i];
    }

    public long TruePositives(int c) => this[c, c];

    public long FalsePositives(int c) => Enumerable.Range(0, classes).Sum(truth => this[truth, c]) - this[c, c];

    public long FalseNegatives(int c) => Enumerable.Range(0, classes).Sum(predicted => this[c, predicted]) - this[c, c];
}
