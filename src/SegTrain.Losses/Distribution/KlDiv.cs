using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="KlDiv"/>.</summary>
public sealed record KlDivSettings : PixelSettings;

/// <summary>The Kullback-Leibler divergence of the prediction from the target.</summary>
public static class KlDiv
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "kldiv",
        Aliases = ["kl"],
        Family = LossFamily.Distribution,
        Summary = "Kullback-Leibler divergence from soft labels; cross entropy less what the labels cannot tell",
        Formula = """
            kldiv = mean over pixels of sum_c t_c (ln t_c - ln p_c), p = softmax(x)
            binary, multilabel: of t and 1 - t, over the channels too, p = sigmoid(x)
            """,
        Values = "0 and up",
        Paper = "Kullback, Leibler 1951, On information and sufficiency, Ann. Math. Stat. 22",
        Advice = "Soft labels, such as those of another network or of several readers. Same gradient as ce or bce, but 0 at p = t.",
        Example = "kldiv",
        Defaults = new KlDivSettings(),
        Function = static (input, settings) => Compute(input, (KlDivSettings)settings),
    };

    /// <summary>
    /// Mean over the pixels that count of sum_c t_c (ln t_c - ln p_c), p the softmax of the logits; in a binary or multilabel task of
    /// t ln(t / p) + (1 - t) ln((1 - t) / (1 - p)), over the channels too, p their sigmoid.
    /// </summary>
    /// <param name="input">The batch.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0; 0 where p = t.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Kullback, Leibler 1951. It is a mean over pixels, however many an image has.</remarks>
    /// <example>Logit 0, soft target 0.75: 0.75 ln 1.5 + 0.25 ln 0.5 = 0.1308.</example>
    public static Tensor Compute(LossInput input, KlDivSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var loss = PixelEntropy.Of(input);
        if (!input.IsHard) loss = loss.Plus(Information(input));
        return PixelMean.OfMasked(input, loss, settings.Reduction);
    }

    private static Tensor Information(LossInput input)
    {
        var t = input.Planes;
        return input.Task.Mode == SegmentationMode.Multiclass ? TimesLog(t).sum(1, keepdim: true) : TimesLog(t).Plus(TimesLog(One - t));
    }

    private static Tensor TimesLog(Tensor t) => t * t.clamp_min(Num(1e-30)).log();
}
