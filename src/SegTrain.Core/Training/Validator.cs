using SegTrain.Core.Data;
using SegTrain.Core.Models;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>Loss and metrics of a net over whole images, every pixel counted once.</summary>
internal sealed class Validator(SegmentationNet net, Loss loss, BatchLoader loader, ClassList classes, Resizing? resizing, Device device)
{
    /// <param name="epoch">Finished epochs before the one that ends here: the weights of the loss are its.</param>
    /// <param name="most">Images that go through the net at once, at most.</param>
    /// <param name="stop">Asks to end at once.</param>
    public IReadOnlyList<(string Name, double Value)> Run(int epoch, int most, CancellationToken stop)
    {
        using var gradients = no_grad();
        using var meter = new EpochMeter(classes.Mode, classes.Count, device);
        foreach (var batch in loader.Epoch(0))
        {
            using (batch)
            using (NewDisposeScope())
            {
                stop.ThrowIfCancellationRequested();
                foreach (var (_, part) in DeviceBatch.From(batch, device).Parts(most))
                {
                    using var scope = NewDisposeScope();
                    var logits = Evaluated(net.Infer(part.Images), resizing, batch.TargetWidth, batch.TargetHeight);
                    meter.AddPixels(logits, part.Targets);
                    meter.AddLoss(loss.Compute(logits, part.Targets, epoch, part.Distances).item<float>(), part.Count);
                }
            }
        }
        return [.. meter.Metrics("val", classes.Names)];
    }

    /// <summary>Predictions of resized images at the pixels of the masks.</summary>
    /// <param name="logits">(N, C, H, W) of the images as the net saw them.</param>
    /// <param name="resizing">How they were resized; null where they were not.</param>
    /// <param name="width">Of the masks.</param>
    /// <param name="height">Of the masks.</param>
    /// <returns>(N, C, height, width).</returns>
    public static Tensor Evaluated(Tensor logits, Resizing? resizing, int width, int height)
    {
        if ((logits.shape[2], logits.shape[3]) == (height, width) || resizing is null) return logits;
        var place = resizing.Place(width, height);
        return nn.functional.interpolate(
            logits.narrow(2, place.Top, place.Height).narrow(3, place.Left, place.Width), [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
    }
}
