using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Parameters of <see cref="OhemCe"/>.</summary>
public sealed record OhemCeSettings : PixelSettings
{
    /// <summary>Probability p_t from which a pixel is easy; default 0.7.</summary>
    [LossParameter("probability of the right class from which a pixel is easy and dropped", Min = 0, AboveMin = true, Max = 1)]
    public double Thres { get; init; } = 0.7;

    /// <summary>Least number of pixels that are kept, below 1 a share of all; default 1/16.</summary>
    [LossParameter("least number of pixels that are kept, easy or not; below 1 it is a share of all pixels", Min = 0)]
    public double MinKept { get; init; } = 0.0625;
}

/// <summary>Cross entropy of the pixels that are hard.</summary>
public static class OhemCe
{
    /// <summary>The row of the catalog.</summary>
    public static LossDefinition Definition { get; } = new()
    {
        Name = "ohem-ce",
        Aliases = ["ohem"],
        Family = LossFamily.Distribution,
        Summary = "cross entropy of the hard pixels only: online hard example mining",
        Formula = """
            ohem-ce = mean of -ln p_t over the pixels with p_t < max(thres, q)
            q = the p_t that min_kept of the pixels are below
            """,
        Values = "0 and up",
        Paper = "Shrivastava, Gupta, Girshick 2016, Training region-based object detectors with online hard example mining, arXiv:1604.03540",
        Advice = "Long trainings on large images, after a start with ce. min_kept keeps the loss from drying up.",
        Example = "ohem-ce(thres=0.8)",
        Defaults = new OhemCeSettings(),
        Function = static (input, settings) => Compute(input, (OhemCeSettings)settings),
    };

    /// <summary>
    /// The mean of -ln p_t over the pixels that count, in a multilabel task pixels and labels, and have p_t below the larger of thres and
    /// the (min_kept + 1)-th smallest p_t of the batch, or of each image.
    /// </summary>
    /// <param name="input">The batch; for a soft target -ln p_t is the mean over it.</param>
    /// <param name="settings">The parameters.</param>
    /// <returns>A scalar from 0; 0 when no pixel is below the threshold.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <remarks>Shrivastava, Gupta, Girshick 2016, arXiv:1604.03540.</remarks>
    /// <example>Logits (0, 5), target (1, 1): p_t = 0.5 and 0.9933, of which the first is below 0.7; the loss is ln 2 = 0.6931.</example>
    public static Tensor Compute(LossInput input, OhemCeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        var (rows, counts) = PixelEntropy.Rows(input, PixelEntropy.Of(input), settings.Reduction);
        var pixels = rows.shape[1];
        var kept = settings.MinKept < 1 ? Math.Floor(settings.MinKept * pixels) : settings.MinKept;
        // Falling losses are rising probabilities; ignored pixels, whose loss is 0, come last.
        var worst = rows.detach().topk((int)Math.Min(kept + 1, pixels), 1).values;
        using var most = Passing(worst.shape[1]);
        var last = counts.clamp(One, most).to(int64).sub(One).reshape(-1, 1).expand(rows.shape[0], 1);
        var isHard = rows.gt(worst.gather(1, last).clamp_max(Num(-Math.Log(settings.Thres)))).to(rows.dtype);
        return ((rows * isHard).sum(1) / isHard.sum(1).clamp_min(One)).mean();
    }
}
