using SegTrain.Core.Tracking;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Tracking;

public sealed class EventLogTests
{
    [Theory]
    [InlineData("", 1)]
    [InlineData("{\"schema\":1}\n", 2)]
    [InlineData("{\"schema\":1}\n{\"sche", 2)]
    [InlineData("{\"sche", 1)]
    public void A_line_that_was_cut_short_makes_room_for_the_next(string before, int lines)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("events.jsonl");
        File.WriteAllText(path, before);
        new EventLog(path, TimeProvider.System).Write("end", static json => json.WriteString("reason", "done"));
        var seen = File.ReadAllLines(path);
        Assert.Equal(lines, seen.Length);
        Assert.Matches("""^{"schema":1,"time":"[^"]*","event":"end","reason":"done"}$""", seen[^1]);
        Assert.All(seen[..^1], static line => Assert.Equal("""{"schema":1}""", line));
    }
}
