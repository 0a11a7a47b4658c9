using SegTrain.Core.Optim;

namespace SegTrain.Tests.Core.Optim;

/// <summary>Every schedule at some steps of 100, by its formula.</summary>
public sealed class ScheduleTests
{
    private static readonly ScheduleConfig Plain = new() { Warmup = 0 };

    [Fact]
    public void Every_schedule_has_a_formula_here() => Assert.Equal(
        Schedule.Table.Select(static row => row.Name).Order(), Formulas.Select(static row => (string)row.Data.Item1).Append("plateau").Distinct().Order());

    /// <summary>Of 100 steps the first 10 rise; the 90 that follow are half a cosine: its middle, step 55, is half the peak.</summary>
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(4, 0.5)]
    [InlineData(10, 1)]
    [InlineData(55, 0.5)]
    [InlineData(100, 0)]
    public void A_warm_up_comes_before(int step, double expected) =>
        Assert.Equal(expected, Schedule.Named("cosine").At(Plain with { Warmup = 0.1 }, step, 100), 12);

    public static TheoryData<string, Func<int, double>> Formulas => new()
    {
        { "constant", static _ => 1 },
        { "linear", static t => 1 - 0.8 * t / 100 },
        // The second half begins at step 50 and ends, as the first does, at 0.2.
        { "cosine", static t => 0.2 + 0.8 * (1 + Math.Cos(Math.PI * (t < 50 ? t : t - 50) / 50)) / 2 },
        { "poly", static t => 0.2 + 0.8 * Math.Pow(1 - t / 100.0, 0.9) },
        { "step", static t => t < 30 ? 1 : t < 60 ? 0.1 : t < 90 ? 0.01 : 0.001 },
        // PyTorch's OneCycleLR: div_factor 25, final_div_factor 10000, pct_start 0.3, cosine annealing.
        { "one-cycle", static t => t < 30 ? 0.04 + 0.96 * (1 - Math.Cos(Math.PI * t / 30)) / 2 : 4e-6 + (1 - 4e-6) * (1 + Math.Cos(Math.PI * (t - 30) / 70)) / 2 },
    };

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Rates_follow_the_formula(string name, Func<int, double> formula)
    {
        var config = Plain with { Cycles = 2, Final = 0.2 };
        foreach (var step in Enumerable.Range(0, 100)) Assert.Equal(formula(step), Schedule.Named(name).At(config, step, 100), 12);
    }

    [Fact]
    public void One_cycle_rises_by_itself() =>
        Assert.Equal(Schedule.Named("one-cycle").At(Plain, 2, 100), Schedule.Named("one-cycle").At(Plain with { Warmup = 0.1 }, 2, 100));
}
