using static TorchSharp.torch;

namespace SegTrain.Losses;

/// <summary>Smoothing of labels that are distributions over the classes.</summary>
public static class SoftLabels
{
    /// <summary>
    /// Takes alpha from the classes that have a share, evenly, and spreads it over all: max(0, t - alpha / m) + alpha / C, with m of the C
    /// classes above 0.
    /// </summary>
    /// <param name="labels">Shares t of the classes, 0 to 1, whose sum is 1; any shape.</param>
    /// <param name="alpha">What is taken, from 0; default 0.1.</param>
    /// <param name="dim">The axis of the classes; default 1.</param>
    /// <returns>The smoothed labels, of the same shape; the labels themselves when alpha is 0.</returns>
    /// <exception cref="ArgumentNullException">The labels are null.</exception>
    /// <exception cref="LossException">alpha is below 0.</exception>
    /// <remarks>
    /// For one class at 1 it is the usual (1 - alpha) t + alpha / C; for others it is not. Where a share is below alpha / m the sum grows.
    /// </remarks>
    /// <example>(0.9, 0.1, 0, 0, 0), alpha 0.1: (0.87, 0.07, 0.02, 0.02, 0.02).</example>
    public static Tensor Smooth(Tensor labels, double alpha = 0.1, long dim = 1)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!(alpha >= 0)) throw new LossException($"alpha={NumberList.Text(alpha)}: it takes a number from 0");
        if (alpha == 0) return labels;
        using var scope = NewDisposeScope();
        // Labels without any class, those of ignored pixels, stay finite.
        var share = labels.ne(Zero).sum(dim, keepdim: true).to(labels.dtype).clamp_min(One).reciprocal() * Num(alpha);
        return ((labels - share).clamp_min(Zero) + Num(alpha / labels.shape[(int)(dim < 0 ? dim + labels.ndim : dim)])).MoveToOuterDisposeScope();
    }
}
