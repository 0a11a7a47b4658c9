namespace SegTrain.Core.Optim;

/// <summary>The learning rate as a pure function of the step, so that a resumed run needs no state.</summary>
/// <param name="Name">The name in the config.</param>
/// <param name="Summary">One line for the documentation.</param>
/// <param name="Factor">From progress after warm-up, in [0, 1], to a share of the peak learning rate.</param>
internal sealed record Schedule(string Name, string Summary, Func<double, double> Factor)
{
    public static IReadOnlyList<Schedule> Table { get; } =
    [
        new("constant", "the peak learning rate throughout", static _ => 1),
        new("cosine", "half a cosine from the peak to zero (Loshchilov & Hutter 2017, arXiv:1608.03983)",
            static progress => 0.5 * (1 + Math.Cos(Math.PI * progress))),
    ];

    /// <param name="peak">The peak learning rate.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">Steps of the whole run.</param>
    /// <param name="warmup">Share of the steps over which the rate rises in a straight line; the first step is not zero.</param>
    /// <example><code>cosine: At(peak 1, step 0, steps 100, warmup 0.1) = 0.1; At(1, 10, 100, 0.1) = 1; At(1, 55, 100, 0.1) = 0.5</code></example>
    public double At(double peak, long step, long steps, double warmup)
    {
        var rising = Math.Round(warmup * steps);
        if (step < rising) return peak * (step + 1) / rising;
        return peak * Factor(Math.Min(1, (step - rising) / Math.Max(1, steps - rising)));
    }
}
