using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="TopkCe"/>.</summary>
public sealed record TopkCeSettings : PixelSettings
{
    /// <summary>Percent of the pixels that are kept; default 10.</summary>
    [LossParameter("percent of all pixels that are kept", Min = 0, AboveMin = true, Max = 100)]
    public double K { get; init; } = 10;
}

/// <summary>Cross entropy of the pixels that are worst.</summary>
public static class TopkCe
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "topk-ce",
        Aliases = ["topk"],
        Family = LossFamily.Distribution,
        Summary = "cross entropy of the worst k percent of the pixels",
        Formula = """
            topk-ce = mean of the largest k percent of -ln p_t over the pixels (and labels)
            """,
        Values = "0 and up",
        Paper = "Wu, Shen, van den Hengel 2016, Bridging category-level and instance-level semantic image segmentation, arXiv:1605.06885",
        Advice = "Easy pixels in plenty. Start from a network that is right about most of them, or add dice: dice-topk.",
        Example = "topk-ce(k=20)",
        Defaults = new TopkCeSettings(),
        Function = static (input, settings) => Compute(input, (TopkCeSettings)settings),
    };

    /// <summary>
    /// The mean of the largest floor(n k / 100) of the cross entropies -ln p_t, n the number of all pixels of the batch, or of an image,
    /// in a multilabel task of all pixels and labels. When fewer count, all of these.
    /// </summary>
    /// <param name="input">The batch; for a soft target -ln p_t is the mean over it.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Wu, Shen, van den Hengel 2016, arXiv:1605.06885. At least one pixel is kept.</remarks>
    /// <example>Logits (0, 5), target (1, 1), k = 50: the worse of ln 2 and 0.0067 is ln 2 = 0.6931.</example>
    public static Tensor Compute(LossInput input, TopkCeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        return Of(input, settings.K, settings.Reduction);
    }

    internal static Tensor Of(LossInput input, double percent, LossReduction reduction)
    {
        var (rows, counts) = PixelEntropy.Rows(input, PixelEntropy.Of(input), reduction);
        var k = (int)Math.Max(1, Math.Floor(rows.shape[1] * percent / 100));
        // Ignored pixels cost 0 and are the last to be taken.
        using var most = Passing(k);
        return (rows.topk(k, 1, sorted: false).values.sum(1) / counts.clamp(One, most)).mean();
    }
}
