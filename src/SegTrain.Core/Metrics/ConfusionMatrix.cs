using SegTrain.Losses;

namespace SegTrain.Core.Metrics;

/// <summary>Pixels by true and predicted class, row-major: cell true class times C plus predicted class.</summary>
internal sealed class ConfusionMatrix(SegmentationMode mode, int classes) : PixelCounts(mode, classes, classes * classes)
{
    public long this[int truth, int predicted] => Cells[truth * Classes + predicted];

    public override long Right => Enumerable.Range(0, Classes).Sum(TruePositives);

    public override long TruePositives(int c) => this[c, c];

    public override long FalsePositives(int c) => Enumerable.Range(0, Classes).Sum(truth => this[truth, c]) - this[c, c];

    public override long FalseNegatives(int c) => Enumerable.Range(0, Classes).Sum(predicted => this[c, predicted]) - this[c, c];
}
