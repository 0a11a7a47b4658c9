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
                    var logits = net.Infer(part.Images);
                    logits = resizing?.Restore(logits, batch.TargetWidth, batch.TargetHeight) ?? logits;
                    meter.AddPixels(logits, part.Targets);
                    meter.AddLoss(loss.Compute(logits, part.Targets, epoch, part.Distances).item<float>(), part.Count);
                }
            }
        }
        return [.. meter.Metrics("val", classes.Names)];
    }
}
