using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment.Deferred;
using SegTrain.Core.Engine;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>A batch as tensors; on the CPU they lie over the loader's own arrays.</summary>
/// <param name="Images">(N, channels, H, W), float32, 0 to 1.</param>
/// <param name="Targets">(N, H, W), uint8 class index, or of labels (N, labels, H, W) of 0 and 1; or <see cref="ClassList.Ignore"/>.</param>
/// <param name="Distances">(N, maps, H, W), float32; null when the loader made none.</param>
internal readonly record struct DeviceBatch(Tensor Images, Tensor Targets, Tensor? Distances)
{
    public int Count => (int)Images.shape[0];

    /// <summary>The tensors belong to the caller's dispose scope and must not outlive the batch.</summary>
    public static DeviceBatch From(Batch batch, Device device) => new(
        batch.Deferred.Length > 0
            ? DeferredColors.Render(batch.Deferred!, device)
            : Transfer.To(frombuffer(batch.Images, float32), device).view(batch.Count, batch.Channels, batch.Height, batch.Width),
        Shaped(Transfer.To(frombuffer(batch.Targets, uint8), device), batch),
        batch.Distances.Length == 0 ? null : Transfer.To(frombuffer(batch.Distances, float32), device).view(batch.Count, -1, batch.TargetHeight, batch.TargetWidth));

    /// <summary>The batch in as few parts of about one size as have at most so many images each; the whole one where it has no more.</summary>
    /// <param name="most">At least 1.</param>
    /// <returns>Views, each with the place of its first image; they belong to the caller's dispose scope.</returns>
    /// <example>5 images, at most 2: 1, 2 and 2 images, from 0, 1 and 3.</example>
    public IEnumerable<(int First, DeviceBatch Part)> Parts(int most)
    {
        var count = Count;
        var parts = (count + most - 1) / most;
        for (var i = 0; i < parts; i++)
        {
            var first = count * i / parts;
            yield return (first, parts == 1 ? this : Narrow(first, (count * (i + 1) / parts) - first));
        }
    }

    private DeviceBatch Narrow(int first, int count) => new(Images.narrow(0, first, count), Targets.narrow(0, first, count), Distances?.narrow(0, first, count));

    private static Tensor Shaped(Tensor targets, Batch batch) => batch.Labels == 0
        ? targets.view(batch.Count, batch.TargetHeight, batch.TargetWidth)
        : targets.view(batch.Count, batch.Labels, batch.TargetHeight, batch.TargetWidth);
}
