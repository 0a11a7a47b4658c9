using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="HausdorffDt"/> and <see cref="LogHausdorffDt"/>.</summary>
public sealed record HausdorffSettings : ShapeSettings
{
    /// <summary>Power of the distances; default 2.</summary>
    [LossParameter("power of the distances; large values leave only the worst pixels", Min = 0, AboveMin = true)]
    public double Alpha { get; init; } = 2;
}

/// <summary>Squared errors weighted by powers of the distances to both boundaries.</summary>
public static class HausdorffDt
{
    internal const string Wait = "Each step waits for the device, because the prediction's distances are made on the CPU.";

    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "hausdorff-dt",
        Family = LossFamily.Boundary,
        Summary = "squared error times the distances to the boundaries of target and prediction",
        Formula = """
            hausdorff-dt = mean over classes of mean over pixels of (p - t)^2 (d_t^alpha + d_p^alpha)
            d_t, d_p = distance to the nearest pixel on the other side of the target, of p > 0.5
            d = 0 where there is no other side
            """,
        Values = "0 and up",
        Paper = "Karimi, Salcudean 2019, Reducing the Hausdorff distance in medical image segmentation, arXiv:1904.10030",
        Advice = "When the farthest mistake is the score that counts. Large at the start: mix with dice, with a weight that grows, or take "
            + "log-hausdorff-dt. " + Wait,
        Example = "dice + linear(0, 0.1, epochs=10)*hausdorff-dt",
        NeedsDistances = true,
        Defaults = new HausdorffSettings(),
        Function = static (input, settings) => Compute(input, (HausdorffSettings)settings),
    };

    /// <summary>
    /// The mean of (p - t)^2 (d^a + e^a) over the pixels that count, then over the classes, then over the images. d is the distance of a
    /// pixel to the nearest one on the other side of the target, e the same of p > 0.5, both 0 where one side is empty; p the sigmoid or
    /// the softmax of the logits. Distances are to pixels that count, and have no gradient.
    /// </summary>
    /// <param name="input">The batch; for distances a soft target belongs to the class from 0.5 on.</param>
    /// <param name="settings">The parameters; a is alpha.</param>
    /// <returns>A scalar from 0 (p = t).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Karimi, Salcudean 2019, arXiv:1904.10030. Waits for the device of the logits.</remarks>
    /// <example>
    /// Binary logits (ln 3, ln 3, 0), target (1, 0, 0): p = 0.75, 0.75, 0.5; d = 1, 1, 2; e = 2, 1, 1; and the loss is
    /// (0.0625 * 5 + 0.5625 * 2 + 0.25 * 5) / 3 = 0.8958.
    /// </example>
    public static Tensor Compute(LossInput input, HausdorffSettings settings) => Means(input, settings).mean();

    /// <summary>The loss of each image, or that of the batch: (N) or (1).</summary>
    internal static Tensor Means(LossInput input, HausdorffSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var p = input.Probabilities;
        var predicted = SignedDistance.Of(input, p.detach().gt(Num(0.5)).to(p.dtype));
        var alpha = Num(settings.Alpha);
        var distances = predicted.abs().pow(alpha).Plus(input.Distances.abs().pow(alpha));
        return settings.Means(input, (p - input.Planes).pow(Num(2)) * distances);
    }
}
