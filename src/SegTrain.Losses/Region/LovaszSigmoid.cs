using TorchSharp;

namespace SegTrain.Losses;

/// <summary>The Lovasz extension of one minus the intersection over union, of the errors of the sigmoid.</summary>
public static class LovaszSigmoid
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "lovasz-sigmoid",
        Family = LossFamily.Region,
        Summary = "lovasz for two classes or labels on the errors of probabilities in place of the hinge of logits",
        Formula = """
            lovasz-sigmoid = mean over classes of sum over i of e(i) (J(i) - J(i-1)), errors e sorted falling
            J(i) = 1 - IoU when the first i pixels are wrong
            e = p outside and 1 - p inside, p = sigmoid(x)
            """,
        Values = "0 to 1",
        Paper = "Berman, Triki, Blaschko 2018, The Lovasz-Softmax loss, arXiv:1705.08790, eq. 11 with a sigmoid",
        Advice = "Where lovasz, whose hinge has no upper end, lets a few wrong pixels rule.",
        Example = "0.5*bce + 0.5*lovasz-sigmoid",
        Refusals = { [SegmentationMode.Multiclass] = "its classes have one softmax, no sigmoids: use lovasz" },
        Defaults = new LovaszSettings(),
        Function = static (input, settings) => Compute(input, (LovaszSettings)settings),
    };

    /// <summary>
    /// The errors |p - t| of a class, p = sigmoid(x), sorted falling, against the steps of J(i) = 1 - IoU with the first i of these pixels
    /// wrong: sum of e(i) (J(i) - J(i-1)); then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch; a soft target belongs to the class from 0.5 on.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Berman, Triki, Blaschko 2018, arXiv:1705.08790.</remarks>
    /// <example>Logits (0, ln 3), target (1, 0): errors 0.5 and 0.75; 0.75 * 1/2 + 0.5 * 1/2 = 0.625.</example>
    public static torch.Tensor Compute(LossInput input, LovaszSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Lovasz.Of(input, Lovasz.OfProbabilities(input), settings);
    }
}
