using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="Nll"/>.</summary>
public sealed record NllSettings : PixelSettings
{
    /// <summary>Weights w of the classes, sum(w l) / sum(w) over the pixels; default null, all the same.</summary>
    [LossParameter("weight of the pixels of each class, sum(w l) / sum(w)", Min = 0)]
    public ClassWeights? ClassWeights { get; init; }

    internal override void Check(LossTask task) => ClassMean.CheckWeights(task, ClassWeights);
}

/// <summary>Cross entropy of a network that puts out logarithms of probabilities.</summary>
public static class Nll
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "nll",
        Family = LossFamily.Distribution,
        Summary = "negative log likelihood of outputs that are logarithms of probabilities already",
        Formula = """
            nll = sum(w_t * -y_t) / sum(w_t) over the pixels, y the output, t the class of the pixel
            """,
        Values = "0 and up for logarithms of probabilities; without a lower end for anything else",
        Paper = "Good 1952, Rational decisions, J. R. Stat. Soc. B 14",
        Advice = "Only for a network that ends in a log softmax. The networks of segtrain put out logits: use ce, which is the same of them.",
        Example = "nll(class_weights=[1,2,0.5])",
        Refusals =
        {
            [SegmentationMode.Binary] = "one channel has no logarithm for the background: use bce",
            [SegmentationMode.Multilabel] = "one channel a label has no logarithm for its absence: use bce",
        },
        IsZeroWhenPerfect = false,
        Defaults = new NllSettings(),
        Function = static (input, settings) => Compute(input, (NllSettings)settings),
    };

    /// <summary>sum(w_t l) / sum(w_t) over the pixels that count, l = -y_t, y the output, t the class of the pixel.</summary>
    /// <param name="input">The batch, whose logits are taken for logarithms of probabilities; a soft target takes means over it.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar, from 0 when the outputs are logarithms of probabilities.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>Outputs (ln 0.5, ln 0.25, ln 0.25), class 0: 0.6931.</example>
    public static Tensor Compute(LossInput input, NllSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Ce.OfLogs(input, input.Logits, settings.ClassWeights, smoothing: 0, settings.Reduction);
    }
}
