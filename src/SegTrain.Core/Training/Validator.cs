using SegTrain.Core.Data;
using SegTrain.Core.Models;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>Loss and metrics of a net over whole images, every pixel counted once.</summary>
internal sealed class Validator(SegmentationNet net, Loss loss, BatchLoader loader, ClassList classes, Resizing? resizing, Device device)
{
    /// <param name="epoch">Finished epochs before the one that ends here: the weights of the loss are its.</param>
    /// <param name="stop">Asks to end at once.</param>
    public IReadOnlyList<(string Name, double Value)> Run(int epoch, CancellationToken stop)
    {
        using var _ = no_grad();
        using var meter = new EpochMeter(classes.Mode, classes.Count, device);
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            using (NewDisposeScope())
            {
                stop.ThrowIfCancellationRequested();
                var (images, targets, distances) = DeviceBatch.From(batch, device);
                var logits = Evaluated(net.Infer(images), batch);
                meter.AddPixels(logits, targets);
                meter.AddLoss(loss.Compute(logits, targets, epoch, distances).item<float>(), batch.Count);
            }
        }
        return [.. meter.Metrics("val", classes.Names)];
    }

    // Predictions of resized images are brought to the pixels of the masks.
    private Tensor Evaluated(Tensor logits, Batch batch)
    {
        if ((batch.Height, batch.Width) == (batch.TargetHeight, batch.TargetWidth) || resizing is null) return logits;
        var place = resizing.Place(batch.TargetWidth, batch.TargetHeight);
        return nn.functional.interpolate(
            logits.narrow(2, place.Top, place.Height).narrow(3, place.Left, place.Width),
            [batch.TargetHeight, batch.TargetWidth], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
