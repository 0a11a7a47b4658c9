using SegTrain.Core.Metrics;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>Loss and confusion matrix over the images of one epoch, kept on the device and read at its end.</summary>
internal sealed class EpochMeter(int classes, Device device) : IDisposable
{
    private readonly SegmentationCounter _counter = new(classes, device);
    private readonly ConfusionMatrix _before = new(classes);

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

    public void AddPixels(Tensor logits, Tensor targets) => _counter.Add(logits, targets);

    public void AddLoss(double loss, int images)
    {
        LossSum += loss * images;
        Images += images;
    }

    public ConfusionMatrix Matrix()
    {
        var matrix = _counter.Read();
        matrix.Add(_before.Counts);
        return matrix;
    }

    /// <summary>All metrics of the epoch under a prefix: <c>train.loss</c>, <c>train.dice</c>, <c>train.dice[road]</c>, ...</summary>
    public IEnumerable<(string Name, double Value)> Metrics(string prefix, IReadOnlyList<string> classNames) =>
        MetricCatalog.Evaluate(Matrix(), classNames).Prepend(("loss", MeanLoss)).Select(metric => ($"{prefix}.{metric.Item1}", metric.Item2));

    /// <summary>The names that <see cref="Metrics"/> gives.</summary>
    public static IEnumerable<string> Names(string prefix, IReadOnlyList<string> classNames) =>
        MetricCatalog.Evaluate(new ConfusionMatrix(classNames.Count), classNames).Select(static metric => metric.Name).Prepend("loss").Select(name => $"{prefix}.{name}");

    public void Dispose() => _counter.Dispose();
}
