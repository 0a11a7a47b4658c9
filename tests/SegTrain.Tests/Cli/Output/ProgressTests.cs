using System.Text;
using SegTrain.Cli.Output;
using SegTrain.Core.Tracking;

namespace SegTrain.Tests.Cli.Output;

public sealed class ProgressTests
{
    private static readonly StepInfo Step = new(3, 20, 12, 40, 0.34214, 152.6, TimeSpan.FromSeconds(102), 0.034);

    private static readonly EpochInfo Epoch = new(3, 20, new Dictionary<string, double> { ["train.loss"] = 0.25, ["val.dice"] = 0.8123, ["val.iou"] = double.NaN }, TimeSpan.FromSeconds(12.34), 0.034, true);

    private readonly StringBuilder _error = new();
    private readonly StepClock _clock = new();

    [Theory]
    [InlineData(200, "epoch  3/20  [######..............]  12/40  loss 0.3421  153 img/s  data wait 3%  ETA 1:42")]
    [InlineData(79, "epoch  3/20  [##.......]  12/40  loss 0.3421  153 img/s  data wait 3%  ETA 1:42")]
    [InlineData(66, "epoch  3/20  12/40  loss 0.3421  153 img/s  data wait 3%  ETA 1:42")]
    [InlineData(52, "epoch  3/20  12/40  loss 0.3421  153 img/s  ETA 1:42")]
    [InlineData(45, "epoch  3/20  12/40  loss 0.3421  ETA 1:42")]
    [InlineData(33, "epoch  3/20  12/40  loss 0.3421")]
    [InlineData(10, "epoch  3/20  12/40")]
    public void TheStepFitsTheTerminal(int room, string expected) => Assert.Equal(expected, ProgressText.Of(Step, room));

    [Fact]
    public void AnEpochIsOneLine() => Assert.Equal("epoch  3/20  train loss 0.2500  dice 0.8123  iou -  12.3 s  data wait 3%  best", ProgressText.Of(Epoch));

    [Fact]
    public void WithoutANumberOfEpochsThereIsOnlyTheEpoch()
    {
        Assert.StartsWith("epoch 3  train loss", ProgressText.Of(Epoch with { Epochs = null }));
        Assert.Equal("epoch 3  12/40", ProgressText.Of(Step with { Epochs = null }, 10));
    }

    [Theory]
    [InlineData(42, "0:42")]
    [InlineData(11_100, "3:05:00")]
    [InlineData(176_400, "2 d 1:00:00")]
    public void DurationsGrowWithTheirUnits(int seconds, string expected) => Assert.Equal(expected, ProgressText.Duration(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void OnAScreenTheStepStaysBelowTheLines()
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = Writer(), Interactive = true, Width = static () => 30 };
        var status = new StatusLine(terminal);
        var view = new ProgressView(terminal, status, quiet: false, _clock);

        _clock.Pass(1);
        view.Step(Step);
        view.Step(Step);
        status.WriteLine("warning: x");
        view.Epoch(Epoch);
        const string Shown = "epoch  3/20  [##.....]  12/40";
        var blank = "\r" + new string(' ', Shown.Length) + "\r";
        Assert.Equal($"\r{Shown}{blank}warning: x\n\r{Shown}{blank}{ProgressText.Of(Epoch)}\n", _error.ToString());
    }

    [Fact]
    public void ElsewhereAStepIsShownOnceAMinute()
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = Writer() };
        var view = new ProgressView(terminal, new(terminal), quiet: false, _clock);

        view.Step(Step);
        _clock.Pass(61);
        view.Step(Step);
        view.Step(Step);
        view.Epoch(Epoch);
        Assert.Equal($"{ProgressText.Of(Step, 200)}\n{ProgressText.Of(Epoch)}\n", _error.ToString());
    }

    [Fact]
    public void QuietShowsNothing()
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = Writer(), Interactive = true };
        var view = new ProgressView(terminal, new(terminal), quiet: true, _clock);
        _clock.Pass(61);
        view.Step(Step);
        view.Epoch(Epoch);
        Assert.Equal("", _error.ToString());
    }

    private StringWriter Writer() => new(_error) { NewLine = "\n" };

    private sealed class StepClock : TimeProvider
    {
        private long now;

        public override long GetTimestamp() => now;

        public void Pass(double seconds) => now += (long)(seconds * TimestampFrequency);
    }
}
