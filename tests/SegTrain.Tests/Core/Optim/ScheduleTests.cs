using SegTrain.Core.Optim;

namespace SegTrain.Tests.Core.Optim;

public sealed class ScheduleTests
{
    private static readonly Schedule Cosine = Schedule.Table.Single(static row => row.Name == "cosine");
    private static readonly Schedule Constant = Schedule.Table.Single(static row => row.Name == "constant");

    /// <summary>Of 100 steps the first 10 rise; the 90 that follow are half a cosine: its middle, step 55, is half the peak.</summary>
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(4, 0.5)]
    [InlineData(10, 1)]
    [InlineData(55, 0.5)]
    [InlineData(100, 0)]
    public void Cosine_rises_and_falls(long step, double expected) => Assert.Equal(expected, Cosine.At(1, step, 100, 0.1), 12);

    [Fact]
    public void Constant_stays_after_the_warm_up() => Assert.Equal([1, 2, 2], new long[] { 0, 1, 99 }.Select(step => Constant.At(2, step, 100, 0.02)));

    [Fact]
    public void Without_warm_up_the_first_step_has_the_peak() => Assert.Equal(3, Cosine.At(3, 0, 7, 0));
}
