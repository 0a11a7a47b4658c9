using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Lovasz"/>.</summary>
public sealed record LovaszSettings : LossSettings
{
    /// <summary>Each image by itself, or the batch as one; default image.</summary>
    [LossParameter("over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>The classes in the mean; null stands for present in a multiclass task, else all.</summary>
    [LossParameter("classes in the mean: all, those present in the target, or a list; "
        + "none stands for present in a multiclass task, else all")]
    public ClassSelection? Classes { get; init; }

    /// <summary>Weights w of the classes in the mean, sum(w l) / sum(w); default null, all the same.</summary>
    [LossParameter("weight of each class in the mean, sum(w l) / sum(w)", Min = 0)]
    public ClassWeights? ClassWeights { get; init; }

    internal override void Check(LossTask task) =>
        ClassMean.Check(task, Classes ?? ClassSelection.All, includeBackground: true, ClassWeights);
}

/// <summary>The Lovasz extension of one minus the intersection over union.</summary>
public static class Lovasz
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "lovasz",
        Family = LossFamily.Region,
        Summary = "exact convex surrogate of one minus the intersection over union: pixels sorted by error",
        Formula = """
            lovasz = mean over classes of sum over i of e(i) (J(i) - J(i-1)), errors e sorted falling
            J(i) = 1 - IoU when the first i pixels are wrong
            e = max(0, 1 + x) outside and max(0, 1 - x) inside (binary, multilabel: hinge on logits)
            e = p outside and 1 - p inside (multiclass: softmax)
            """,
        Values = "0 and up (0 to 1 in a multiclass task)",
        Paper = "Berman, Triki, Blaschko 2018, The Lovasz-Softmax loss, arXiv:1705.08790",
        Advice = "When IoU is the score that counts; strong late in training and with small learning rates, slow from scratch: mix with "
            + "bce or ce.",
        Example = "0.5*ce + 0.5*lovasz",
        Defaults = new LovaszSettings(),
        Function = static (input, settings) => Compute(input, (LovaszSettings)settings),
    };

    /// <summary>
    /// The errors e of a class, sorted falling, against the steps of J(i) = 1 - IoU with the first i of these pixels wrong:
    /// sum of e(i) (J(i) - J(i-1)); then the mean over the classes, then over the images.
    /// </summary>
    /// <param name="input">The batch; a soft target belongs to the class from 0.5 on.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0; up to 1 in a multiclass task.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Berman, Triki, Blaschko 2018, arXiv:1705.08790. Fed with 0 and 1 for p it is 1 - IoU.</remarks>
    /// <example>
    /// Binary logits (2, -0.5, 0.25), target (1, 1, 0): errors 0, 1.5, 1.25; sorted 1.5 (inside), 1.25 (outside), 0 (inside); J = 1/2, 2/3,
    /// 1, and the loss is 1.5 * 0.5 + 1.25 * 0.1667 = 0.9583.
    /// </example>
    public static Tensor Compute(LossInput input, LovaszSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var isMulticlass = input.Task.Mode == SegmentationMode.Multiclass;
        return Of(input, isMulticlass ? OfProbabilities(input) : (Wrongness(input) + One).relu(), settings);
    }

    /// <summary>The extension for these errors (N, C, P), from 0, and 0 where a pixel is ignored.</summary>
    internal static Tensor Of(LossInput input, Tensor errors, LovaszSettings settings)
    {
        var (steps, sizes) = LovaszSteps.Of(errors.detach(), input.HardPlanes, settings.Reduction);
        var loss = (errors * steps).sum(2);
        if (settings.Reduction == LossReduction.Batch) loss = loss.sum(0, keepdim: true);
        var isMulticlass = input.Task.Mode == SegmentationMode.Multiclass;
        var classes = settings.Classes ?? (isMulticlass ? ClassSelection.Present : ClassSelection.All);
        return ClassMean.Of(input, loss, sizes, classes, includeBackground: true, settings.ClassWeights);
    }

    // Ignored pixels have the smallest error there is: they come last and add nothing.
    internal static Tensor OfProbabilities(LossInput input)
    {
        var errors = (input.Probabilities - input.HardPlanes).abs();
        return input.Valid is null ? errors : errors * input.Valid;
    }

    private static Tensor Wrongness(LossInput input) => input.IsHard ? input.Wrongness : input.Background * (One - input.HardPlanes * Num(2));
}
