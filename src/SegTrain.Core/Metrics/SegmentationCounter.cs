using System.Runtime.InteropServices;
using SegTrain.Core.Engine;
using SegTrain.Kernels;
using SegTrain.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace SegTrain.Core.Metrics;

/// <summary>Counts predictions against targets on the device of the logits; read once an epoch.</summary>
/// <param name="mode">One logit plane stands for two classes; one a class; or one a label.</param>
/// <param name="classes">Number of classes or labels C.</param>
/// <param name="ignore">The index of pixels that do not count.</param>
/// <param name="device">Where the counts are kept.</param>
internal sealed class SegmentationCounter(SegmentationMode mode, int classes, byte ignore, Device device) : IDisposable
{
    private readonly int _cells = PixelCounts.Of(mode, classes).Cells.Length;

    // The bin behind the last one takes the ignored pixels, so that no shape depends on the data.
    private readonly Tensor _counts = zeros([PixelCounts.Of(mode, classes).Cells.Length + 1], int64, device).DetachFromDisposeScope();

    /// <param name="logits">(N, 1, H, W) or (N, C, H, W).</param>
    /// <param name="targets">(N, H, W), uint8 class index, or of labels (N, C, H, W) of 0 and 1; or the index of ignored pixels.</param>
    /// <param name="include">Whether they count, a bool without dimensions; null: they do.</param>
    public void Add(Tensor logits, Tensor targets, Tensor? include = null)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        AddClasses(mode switch
        {
            SegmentationMode.Binary => PixelClasses.Above(logits, 0).squeeze(1),
            SegmentationMode.Multiclass => PixelClasses.Largest(logits),
            _ => PixelClasses.Above(logits, 0),
        }, targets, include);
    }

    /// <param name="predicted">(N, H, W), uint8 class index, or of labels (N, C, H, W) of 0 and 1.</param>
    /// <param name="targets">See <see cref="Add"/>.</param>
    /// <param name="include">See <see cref="Add"/>.</param>
    public void AddClasses(Tensor predicted, Tensor targets, Tensor? include = null)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (device.type == DeviceType.CPU)
        {
            if (include?.item<bool>() != false) CountHere(predicted.contiguous(), targets.contiguous());
            return;
        }
        var cells = mode == SegmentationMode.Multilabel
            ? Cells(targets, 2, predicted).Plus_(Range(classes, int64, device).mul_(Num(4)).reshape(1, -1, 1, 1))
            : Cells(targets, classes, predicted);
        var counted = where(targets.eq(Num(ignore)), tensor((double)_cells, int64, device), cells);
        var bins = counted.flatten().bincount(null, _cells + 1);
        _counts.Plus_(include is null ? bins : bins * include);
    }

    private unsafe void CountHere(Tensor predicted, Tensor targets)
    {
        byte* found = DenseMemory.Bytes(predicted), truth = DenseMemory.Bytes(targets);
        var counts = (long*)DenseMemory.Bytes(_counts);
        if (mode != SegmentationMode.Multilabel)
        {
            ClassCells.Add(targets.NumberOfElements, classes, ignore, truth, found, counts, get_num_threads());
            return;
        }
        var plane = targets.shape[2] * targets.shape[3];
        for (var i = 0; i < targets.shape[0] * classes; i++)
            ClassCells.Add(plane, 2, ignore, truth + (i * plane), found + (i * plane), counts + (4 * (i % classes)), get_num_threads());
    }

    public PixelCounts Read()
    {
        using var scope = NewDisposeScope();
        var counts = PixelCounts.Of(mode, classes);
        counts.Add(MemoryMarshal.Cast<byte, long>(_counts.cpu().bytes)[.._cells]);
        return counts;
    }

    public void Dispose() => _counts.Dispose();

    private static Tensor Cells(Tensor targets, int columns, Tensor predicted) => targets.to(int64).mul_(Num(columns)).Plus_(predicted.to(int64));
}
