using System.Runtime.InteropServices;
using SegTrain.Core.Data;
using static TorchSharp.torch;

namespace SegTrain.Core.Metrics;

/// <summary>Counts predictions against targets on the device of the logits; read once an epoch.</summary>
/// <param name="classes">Number of classes C; one logit plane stands for two.</param>
/// <param name="device">Where the counts are kept.</param>
internal sealed class SegmentationCounter(int classes, Device device) : IDisposable
{
    // The bin behind the last one takes the ignored pixels, so that no shape depends on the data.
    private readonly Tensor _counts = zeros([classes * classes + 1], int64, device).DetachFromDisposeScope();

    /// <param name="logits">(N, 1, H, W) or (N, C, H, W).</param>
    /// <param name="targets">(N, H, W), uint8 class index or the ignore index.</param>
    public void Add(Tensor logits, Tensor targets)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var predicted = classes == 2 ? logits.squeeze(1).gt(0).to(int64) : logits.argmax(1);
        var bins = targets.to(int64).mul_(classes).add_(predicted);
        var counted = where(targets.eq(ClassList.Ignore), tensor((double)classes * classes, int64, device), bins);
        _counts.add_(counted.flatten().bincount(null, classes * classes + 1));
    }

    public ConfusionMatrix Read()
    {
        using var scope = NewDisposeScope();
        var matrix = new ConfusionMatrix(classes);
        matrix.Add(MemoryMarshal.Cast<byte, long>(_counts.cpu().bytes)[..(classes * classes)]);
        return matrix;
    }

    public void Dispose() => _counts.Dispose();
}
