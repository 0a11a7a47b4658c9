using SegTrain.Core.Data;
using SegTrain.Core.Metrics;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>Loss and pixel counts over the images of one epoch, kept on the device and read at its end.</summary>
internal sealed class EpochMeter(SegmentationMode mode, int classes, Device device) : IDisposable
{
    private readonly SegmentationCounter _counter = new(mode, classes, ClassList.Ignore, device);
    private readonly PixelCounts _before = PixelCounts.Of(mode, classes);

    /// <summary>Sum over images of the loss of their batch.</summary>
    public double LossSum { get; private set; }

    public long Images { get; private set; }

    public double MeanLoss => LossSum / Images;

    /// <summary>Takes up an epoch that an interrupted run had begun.</summary>
    public void Restore(TrainState state)
    {
        (LossSum, Images) = (state.LossSum, state.Images);
        if (state.Counts.Length > 0) _before.Add(state.Counts);
    }

    /// <param name="logits">(N, 1, H, W) or (N, C, H, W).</param>
    /// <param name="targets">What they should be.</param>
    /// <param name="loss">Of the batch, whose pixels do not count where it is not finite; null: they do. It stays where it is: reading it would wait for the device.</param>
    public void AddPixels(Tensor logits, Tensor targets, Tensor? loss = null) => _counter.Add(logits, targets, loss?.isfinite());

    public void AddLoss(double loss, int images)
    {
        LossSum += loss * images;
        Images += images;
    }

    public PixelCounts Pixels()
    {
        var counts = _counter.Read();
        counts.Add(_before.Cells);
        return counts;
    }

    /// <summary>All metrics of the epoch under a prefix: <c>train.loss</c>, <c>train.dice</c>, <c>train.dice[road]</c>, ...</summary>
    public IEnumerable<(string Name, double Value)> Metrics(string prefix, IReadOnlyList<string> classNames) =>
        MetricCatalog.Evaluate(Pixels(), classNames).Prepend(("loss", MeanLoss)).Select(metric => ($"{prefix}.{metric.Item1}", metric.Item2));

    /// <summary>The names that <see cref="Metrics"/> gives under <c>train</c> and <c>val</c>.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> classNames)
    {
        var metrics = MetricCatalog.Evaluate(PixelCounts.Of(SegmentationMode.Multiclass, classNames.Count), classNames).Select(static metric => metric.Name).Prepend("loss").ToList();
        return [.. metrics.Select(static name => $"train.{name}"), .. metrics.Select(static name => $"val.{name}")];
    }

    public void Dispose() => _counter.Dispose();
}
