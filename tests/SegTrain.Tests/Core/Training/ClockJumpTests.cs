using System.Text.Json;
using SegTrain.Core.Data;
using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Core.Config;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Training;

/// <summary>The clock on the wall goes back a year in the midst of a run, or the machine sleeps for one.</summary>
public sealed class ClockJumpTests
{
    [Fact]
    public void Durations_do_not_come_from_the_wall()
    {
        var time = new JumpingTime();
        var clock = new StepClock(time);
        clock.StartRun(new TrainState { Seconds = 10 });
        clock.StartEpoch(Loader());
        time.Pass(TimeSpan.FromSeconds(2));
        time.Jump(TimeSpan.FromDays(-365));
        Assert.Equal(12, clock.Seconds, 9);
        Assert.Equal(2, clock.EpochElapsed.TotalSeconds, 9);
        time.Jump(TimeSpan.FromDays(730));
        Assert.Equal(12, clock.Seconds, 9);
    }

    [Fact]
    public void A_step_that_took_a_year_leaves_an_end_in_sight()
    {
        var length = new TrainingLength(new TrainConfig { Epochs = 1_000_000 }, 1_000);
        Assert.InRange(length.Left(new TrainState { Step = 1 }, TimeSpan.FromDays(365).TotalSeconds), TimeSpan.FromDays(365), TimeSpan.MaxValue);
    }

    [Fact]
    public void Events_keep_their_order_and_tell_the_time_of_the_wall()
    {
        using var folder = new TemporaryFolder();
        var time = new JumpingTime();
        var events = new EventLog(folder.File("events.jsonl"), time);
        events.Write("start", static _ => { });
        time.Jump(TimeSpan.FromDays(-365));
        events.Write("end", static _ => { });
        var seen = File.ReadAllLines(folder.File("events.jsonl")).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["start", "end"], seen.Select(static line => line.GetProperty("event").GetString()));
        Assert.Equal(TimeSpan.FromDays(-365), seen[1].GetProperty("time").GetDateTime() - seen[0].GetProperty("time").GetDateTime());
    }

    [Fact]
    public void The_wall_is_asked_for_names_and_stamps_only()
    {
        var users = Directory.EnumerateFiles(Repository.File("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(file) is var text
                && new[] { "DateTime.Now", "UtcNow", "StartTime" }.Any(word => text.Contains(word, StringComparison.Ordinal)))
            .Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["EventLog.cs", "Fit.cs", "RepeatFolder.cs"], users);
    }

    private static BatchLoader Loader()
    {
        var config = ConfigFixture.LoadSet("data.synthetic.train=2", "data.synthetic.validation=1", "data.synthetic.size=16", "train.batch_size=2").Run;
        return Dataset.Open(config.Loading).TrainingLoader(config.Loading);
    }
}
