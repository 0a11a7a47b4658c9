namespace SegTrain.Tests.Support;

/// <summary>Time that passes, and a clock on the wall that jumps, when the test says so.</summary>
internal sealed class JumpingTime : TimeProvider
{
    private DateTimeOffset _wall = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks;

    public override DateTimeOffset GetUtcNow() => _wall;

    public void Pass(TimeSpan time) => (_ticks, _wall) = (_ticks + time.Ticks, _wall + time);

    public void Jump(TimeSpan by) => _wall += by;
}
