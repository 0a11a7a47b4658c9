using SegTrain.Losses;

namespace SegTrain.Core.Metrics;

/// <summary>Pixels of labels that may overlap, each by itself: cell 4 label + 2 truth + prediction, both 0 or 1. Every pixel counts once a label.</summary>
internal sealed class LabelCounts(int labels) : PixelCounts(SegmentationMode.Multilabel, labels, 4 * labels)
{
    public override long Right => Enumerable.Range(0, Classes).Sum(label => Cells[4 * label] + Cells[4 * label + 3]);

    public override long TruePositives(int c) => Cells[4 * c + 3];

    public override long FalsePositives(int c) => Cells[4 * c + 1];

    public override long FalseNegatives(int c) => Cells[4 * c + 2];
}
