using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>How the weight of a class follows from its size T in the target.</summary>
public enum SizeWeight
{
    /// <summary>1 / T^2.</summary>
    Square,

    /// <summary>1 / T.</summary>
    Simple,

    /// <summary>1.</summary>
    Uniform,
}

/// <summary>Parameters of <see cref="GeneralizedDice"/>.</summary>
public sealed record GeneralizedDiceSettings : LossSettings
{
    /// <summary>The weight of a class of size T; default square.</summary>
    [LossParameter("weight of a class of size T in the target: 1/T^2, 1/T, or 1")]
    public SizeWeight Weights { get; init; } = SizeWeight.Square;

    /// <summary>Each image by itself, or the batch as one; default image.</summary>
    [LossParameter("over each image by itself, or over the whole batch at once")]
    public LossReduction Reduction { get; init; } = LossReduction.Image;

    /// <summary>Added to the numerator; default 0.</summary>
    [LossParameter("added to the numerator", Min = 0)]
    public double SmoothNr { get; init; }

    /// <summary>Added to the denominator; default 0.</summary>
    [LossParameter("added to the denominator", Min = 0)]
    public double SmoothDr { get; init; }

    /// <summary>The classes in the sums; default all.</summary>
    [LossParameter("classes in the sums: all, those present in the target, or a list; with all, an absent class takes the largest weight "
        + "of the others, with present it takes none")]
    public ClassSelection Classes { get; init; } = ClassSelection.All;

    /// <summary>Whether class 0 of a multiclass task is in the sums; default true.</summary>
    [LossParameter("whether class 0 of a multiclass task is in the sums")]
    public bool IncludeBackground { get; init; } = true;

    internal override void Check(LossTask task) => ClassMean.Check(task, Classes, IncludeBackground, null);
}

/// <summary>One minus a Dice coefficient of all classes together, in which small classes weigh more.</summary>
public static class GeneralizedDice
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "generalized-dice",
        Aliases = ["gdl"],
        Family = LossFamily.Region,
        Summary = "one dice for all classes together, the small ones weighted up",
        Formula = """
            generalized-dice = 1 - (2 sum_c(w_c I_c) + smooth_nr) / (sum_c(w_c (P_c + T_c)) + smooth_dr)
            w_c = 1/T_c^2 (square), 1/T_c (simple) or 1 (uniform)
            """,
        Values = "0 to 1",
        Paper = "Sudre et al. 2017, Generalised Dice overlap as a deep learning loss function, arXiv:1707.03237",
        Advice = "Many classes of very different size. A class that is absent takes the largest weight of the others, so that its false "
            + "positives cost; classes=present leaves it out. A binary task has the classes background and foreground.",
        Example = "generalized-dice(weights=simple)",
        Defaults = new GeneralizedDiceSettings(),
        Function = static (input, settings) => Compute(input, (GeneralizedDiceSettings)settings),
    };

    /// <summary>
    /// 1 - (2 sum(w I) + a) / (sum(w (P + T)) + b), the sums over the classes, with w = 1/T^2, 1/T or 1, I = sum(p t), P = sum(p),
    /// T = sum(t) over the pixels of an image or of the batch that count; then the mean over the images. An absent class takes the
    /// largest weight of the others; an image without any of the classes costs the mean probability of them.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters; a is smooth_nr, b is smooth_dr.</param>
    /// <returns>A scalar, 0 (p = t) to 1 (no overlap).</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Sudre et al. 2017, arXiv:1707.03237.</remarks>
    /// <example>
    /// Logits (0, 0, 0), target (1, 0, 0): w = 1/4 for the background, 1 for the foreground; 2 (1/4 * 1 + 1/2) / (3.5/4 + 2.5), and the
    /// loss is 1 - 1.5/3.375 = 0.5556.
    /// </example>
    public static Tensor Compute(LossInput input, GeneralizedDiceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        if (input.Task.Mode == SegmentationMode.Binary) input = input.Classes;
        var sums = settings.Reduction == LossReduction.Batch ? input.Sums.OverBatch() : input.Sums;
        var counts = input.Constant(ClassMean.Weights(input.Task, settings.Classes, settings.IncludeBackground, null), 1, -1);
        var weights = Weights(sums.Target, settings) * counts;
        var numerator = (sums.Overlap * weights).sum(1) * Num(2) + Num(settings.SmoothNr);
        var denominator = (sums.Prediction.Plus(sums.Target) * weights).sum(1) + Num(settings.SmoothDr);
        var isEmpty = (sums.Target * counts).sum(1).eq(Zero);
        var empty = (sums.MeanPrediction * counts).sum(1) / counts.sum();
        return where(isEmpty, empty, One - numerator / denominator.masked_fill(isEmpty, One)).mean();
    }

    private static Tensor Weights(Tensor size, GeneralizedDiceSettings settings)
    {
        var isPresent = size.gt(Zero).to(size.dtype);
        var power = settings.Weights switch { SizeWeight.Square => -2, SizeWeight.Simple => -1, _ => 0 };
        var weights = PixelMean.OneForZero(size).pow(Num(power)) * isPresent;
        return settings.Classes.OnlyPresent ? weights : weights.Plus(weights.amax(1).unsqueeze(1) * (One - isPresent));
    }
}
