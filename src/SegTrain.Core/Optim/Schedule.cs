using SegTrain.Core.Text;

namespace SegTrain.Core.Optim;

/// <summary>The learning rate as a pure function of progress, so that a resumed run needs no state.</summary>
/// <param name="Name">The name in the config.</param>
/// <param name="Summary">One line for the documentation.</param>
/// <param name="Factor">From progress after warm-up, in [0, 1], to a share of the peak learning rate.</param>
internal sealed record Schedule(string Name, string Summary, Func<ScheduleConfig, double, double> Factor)
{
    public static IReadOnlyList<Schedule> Table { get; } =
    [
        new("constant", "the peak learning rate throughout", static (_, _) => 1),
        new("linear", "a straight line from the peak to schedule.final", static (config, progress) => Between(1, config.Final, progress)),
        new("cosine", "schedule.cycles halves of a cosine from the peak to schedule.final, each beginning at the peak again (Loshchilov & Hutter 2017, arXiv:1608.03983)",
            static (config, progress) => Between(config.Final, 1, HalfCosine(progress < 1 ? progress * config.Cycles % 1 : 1))),
        new("poly", "(1 - progress) to schedule.power, down to schedule.final (Chen et al. 2018, arXiv:1606.00915)",
            static (config, progress) => Between(config.Final, 1, Math.Pow(1 - progress, config.Power))),
        new("step", "the peak times schedule.factor for each schedule.every of the run that is over",
            static (config, progress) => Math.Pow(config.Factor, Math.Floor(progress / config.Every + 1e-9))),
        new("one-cycle", "by half cosines from 1/25 of the peak up to it at 0.3 of the run, and down to 1/250000 of it (Smith & Topin 2018, arXiv:1708.07120)",
            static (_, progress) => progress < 0.3
                ? Between(1, 1 / 25.0, HalfCosine(progress / 0.3))
                : Between(1 / 250000.0, 1, HalfCosine((progress - 0.3) / 0.7))),
        new("plateau", "the peak times schedule.factor each time that train.best has not improved for schedule.patience validations", static (_, _) => 1),
    ];

    /// <summary>Whether the rate follows the validations too, see <see cref="Training.Improvement"/>.</summary>
    public bool FollowsValidation => Name == "plateau";

    // Its rise is its warm-up.
    private bool RisesItself => Name == "one-cycle";

    /// <exception cref="SegTrainException">There is no such row.</exception>
    public static Schedule Named(string name) => Table.FirstOrDefault(row => row.Name == name) ?? throw new SegTrainException(
        ExitCode.Config, $"schedule.name: unknown '{name}'{Suggest.Hint(name, Table.Select(static row => row.Name))}; there are {string.Join(", ", Table.Select(static row => row.Name))}");

    /// <param name="config">Warm-up, and what the row takes.</param>
    /// <param name="step">From 0.</param>
    /// <param name="steps">Steps of the whole run.</param>
    /// <returns>The share of the peak learning rate.</returns>
    /// <example><code>cosine, warm-up 0.1, of 100 steps: At(0) = 0.1; At(10) = 1; At(55) = 0.5</code></example>
    public double At(ScheduleConfig config, double step, double steps)
    {
        var rising = RisesItself ? 0 : Math.Round(config.Warmup * steps);
        if (step < rising) return (step + 1) / rising;
        return Factor(config, Math.Min(1, (step - rising) / Math.Max(1, steps - rising)));
    }

    private static double Between(double from, double to, double share) => from + (to - from) * share;

    // 1 at 0, 0 at 1.
    private static double HalfCosine(double progress) => 0.5 * (1 + Math.Cos(Math.PI * progress));
}
