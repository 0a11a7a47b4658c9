using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>The parameters of <see cref="ClDice"/>.</summary>
public record ClDiceSettings : ShapeSettings
{
    /// <summary>How often the regions are eroded to find their skeletons; default 10.</summary>
    [LossParameter("erosions of the skeleton: at least the radius of the widest region in pixels", Min = 0, Max = 1000)]
    public int Iterations { get; init; } = 10;

    /// <summary>Added to the sums over skeletons; default 1.</summary>
    [LossParameter("number of pixels added to the sums over the skeletons", Min = 0, AboveMin = true)]
    public double Smooth { get; init; } = 1;
}

/// <summary>One minus the Dice coefficient of centre lines.</summary>
public static class ClDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "cldice",
        Family = LossFamily.Boundary,
        Summary = "overlap of centre lines: keeps vessels, roads and other networks connected",
        Formula = """
            cldice = mean over classes of 1 - 2 P S / (P + S)
            P = (sum(s_p t) + smooth) / (sum(s_p) + smooth)
            S = (sum(s_t p) + smooth) / (sum(s_t) + smooth)
            s_p, s_t = soft skeletons of prediction and target
            """,
        Values = "0 to 1",
        Paper = "Shit et al. 2021, clDice, a novel topology-preserving loss function for tubular structure segmentation, arXiv:2003.07311",
        Advice = "Thin connected structures, where a gap of one pixel matters; mix it with dice, as dice-cldice does, for it knows nothing of "
            + "widths. Takes as long as its iterations.",
        Example = "0.5*dice + 0.5*cldice(iterations=5)",
        Defaults = new ClDiceSettings(),
        Function = static (input, settings) => Compute(input, (ClDiceSettings)settings),
    };

    /// <summary>
    /// 1 - 2 P S / (P + S) for each class, with P = (sum(a t) + s) / (sum(a) + s) and S = (sum(b p) + s) / (sum(b) + s), a and b the soft
    /// skeletons of the probabilities p and the target t, over the pixels of an image or of the batch; then the mean over the classes, then
    /// over the images. p is the sigmoid or the softmax of the logits. Ignored pixels are outside in both.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; s is smooth.</param>
    /// <returns>A scalar, 0 (p = t) to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Shit et al. 2021, arXiv:2003.07311.</remarks>
    /// <example>
    /// Binary logits (0, 0), target (1, 0): nothing is left of (0.5, 0.5) but its skeleton, eroded 0.5 and dilated 0.5, so a = 0 and P = 1;
    /// b = (1, 0), S = (0.5 + 1) / (1 + 1) = 0.75, and the loss is 1 - 1.5 / 1.75 = 0.1429.
    /// </example>
    public static Tensor Compute(LossInput input, ClDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (p, t) = (input.Probabilities, input.Planes);
        // A sigmoid is 0 already where a pixel is ignored; a softmax is not.
        if (input.Task.Mode == SegmentationMode.Multiclass && input.Valid is { } valid) p = p * valid;
        var (ofPrediction, ofTarget) = (Skeleton(input, p, settings), Skeleton(input, t, settings));
        var smooth = Num(settings.Smooth);
        var (hit, predicted) = (settings.Sum(ofPrediction * t) + smooth, settings.Sum(ofPrediction) + smooth);
        var (found, wanted) = (settings.Sum(ofTarget * p) + smooth, settings.Sum(ofTarget) + smooth);
        var score = hit * found * Num(2) / (hit * wanted).Plus(found * predicted);
        return settings.OverClasses(input, One - score).mean();
    }

    private static Tensor Skeleton(LossInput input, Tensor planes, ClDiceSettings settings) =>
        SoftSkeleton.Of(planes.reshape(-1, input.Task.Channels, input.Height, input.Width), settings.Iterations).reshape(planes.shape);
}
