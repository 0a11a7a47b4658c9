using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="SoftMae"/>.</summary>
public sealed record SoftMaeSettings : PixelSettings;

/// <summary>Distance of the predicted distribution over the classes from soft labels.</summary>
public static class SoftMae
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "soft-mae",
        Family = LossFamily.Distribution,
        Summary = "absolute difference of probabilities and soft labels, added up over the classes",
        Formula = """
            soft-mae = mean over pixels of sum_c |p_c - t_c|, p = softmax(x)
            """,
        Values = "0 to 2",
        Paper = "Ghosh, Kumar, Sastry 2017, Robust loss functions under label noise for deep neural networks, arXiv:1712.09482",
        Advice = "As mae; its size does not fall with the number of classes. In a binary task it is twice mae.",
        Example = "0.5*ce + 0.5*soft-mae",
        Refusals = { [SegmentationMode.Multilabel] = "the labels of a multilabel task are no distribution: use mae" },
        Defaults = new SoftMaeSettings(),
        Function = static (input, settings) => Compute(input, (SoftMaeSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count of sum_c |p_c - t_c|, p the softmax of the logits; a binary task has the classes background and
    /// foreground.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, 0 (p = t) to 2; 2 (1 - p_t) for a hard target.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Logits (0, 0, 0), class 0: 2/3 + 1/3 + 1/3 = 1.3333.</example>
    public static Tensor Compute(LossInput input, SoftMaeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var apart = new MaeSettings().Difference(input).abs().sum(1, keepdim: true);
        return PixelMean.OfMasked(input, input.Task.Mode == SegmentationMode.Binary ? apart * Num(2) : apart, settings.Reduction);
    }
}
