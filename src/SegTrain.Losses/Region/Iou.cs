using TorchSharp;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Iou"/>.</summary>
public sealed record IouSettings : RegionSettings;

/// <summary>One minus the intersection over union of the probabilities and the target.</summary>
public static class Iou
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "iou",
        Aliases = ["jaccard"],
        Family = LossFamily.Region,
        Summary = "one minus the intersection over union (Jaccard index)",
        Formula = """
            iou = mean over classes of 1 - (I + smooth) / (P + T - I + smooth)
            I = sum(p t), P = sum(p), T = sum(t) over the pixels that count
            """,
        Values = "0 to 1 (0 and up with log_loss)",
        Paper = "Rahman, Wang 2016, Optimizing intersection-over-union in deep neural networks for image segmentation, ISVC 2016",
        Advice = "When IoU is the score that counts. Orders predictions as dice does, with a steeper gradient near a perfect one.",
        Example = "iou(reduction=batch)",
        Defaults = new IouSettings(),
        Function = static (input, settings) => Compute(input, (IouSettings)settings),
    };

    /// <summary>
    /// 1 - (I + s) / (P + T - I + s) for each class, with I = sum(p t), P = sum(p), T = sum(t) over the pixels of an image or of the batch
    /// that count, and p the sigmoid or the softmax of the logits; then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap); with log_loss 0 to -log(eps).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Rahman, Wang 2016, ISVC, doi:10.1007/978-3-319-50835-1_22.</remarks>
    /// <example>Logits (0, 0), target (1, 0): p = (0.5, 0.5), I = 0.5, P = 1, T = 1, and the loss is 1 - 0.5/1.5 = 0.6667.</example>
    public static torch.Tensor Compute(LossInput input, IouSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return RegionLoss.Of(input, settings, fpWeight: 1, fnWeight: 1);
    }
}
