using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The logarithm of one plus <see cref="HausdorffDt"/>.</summary>
public static class LogHausdorffDt
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "log-hausdorff-dt",
        Family = LossFamily.Boundary,
        Summary = "logarithm of 1 + hausdorff-dt, of a size that mixes with other losses",
        Formula = """
            log-hausdorff-dt = ln(1 + hausdorff-dt), of each image or of the batch
            """,
        Values = "0 and up",
        Paper = "Karimi, Salcudean 2019, Reducing the Hausdorff distance in medical image segmentation, arXiv:1904.10030",
        Advice = "As hausdorff-dt, but tame at the start, so that it can be added to dice as it is. " + HausdorffDt.Wait,
        Example = "dice + 0.5*log-hausdorff-dt",
        NeedsDistances = true,
        Defaults = new HausdorffSettings(),
        Function = static (input, settings) => Compute(input, (HausdorffSettings)settings),
    };

    /// <summary>ln(1 + h) with h the <see cref="HausdorffDt"/> of each image, then the mean; or of the batch as one.</summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0 (p = t).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Karimi, Salcudean 2019, arXiv:1904.10030. Waits for the device of the logits.</remarks>
    /// <example>
    /// Binary logits (ln 3, ln 3, 0), target (1, 0, 0): hausdorff-dt is 0.8958, and the loss is ln 1.8958 = 0.6397.
    /// </example>
    public static Tensor Compute(LossInput input, HausdorffSettings settings) => HausdorffDt.Means(input, settings).log1p().mean();
}
