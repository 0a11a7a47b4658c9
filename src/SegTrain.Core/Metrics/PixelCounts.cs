using SegTrain.Losses;

namespace SegTrain.Core.Metrics;

/// <summary>Counts of pixels by truth and prediction: the one source of every metric.</summary>
/// <param name="mode">Whether classes exclude each other.</param>
/// <param name="classes">Number of classes or labels C.</param>
/// <param name="cells">How many counts there are.</param>
internal abstract class PixelCounts(SegmentationMode mode, int classes, int cells)
{
    private readonly long[] _cells = new long[cells];

    public SegmentationMode Mode => mode;

    public int Classes => classes;

    public ReadOnlySpan<long> Cells => _cells;

    /// <summary>The number of all.</summary>
    public long Total => _cells.Sum();

    /// <summary>The number of those that are right.</summary>
    public abstract long Right { get; }

    public static PixelCounts Of(SegmentationMode mode, int classes) =>
        mode == SegmentationMode.Multilabel ? new LabelCounts(classes) : new ConfusionMatrix(mode, classes);

    public void Add(ReadOnlySpan<long> cells)
    {
        for (var i = 0; i < _cells.Length; i++) _cells[i] += cells[i];
    }

    public abstract long TruePositives(int c);

    public abstract long FalsePositives(int c);

    public abstract long FalseNegatives(int c);
}
