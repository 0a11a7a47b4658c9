using System.Text.Json;

namespace SegTrain.Tests.Cli;

public sealed class FitCommandTests
{
    private readonly SegTrainProgram _program = new();

    [Fact]
    public void TheResultIsATable()
    {
        Assert.Equal(0, _program.Run("fit"));
        Assert.Equal(
            """
                          dice     iou
            background  0.9900  0.9800
            road        0.8750       -
            overall     0.8750  0.7500

            train.loss 0.2500, val.loss 0.5000, val.accuracy 0.9000
            best epoch 18 of 20, 1:05, in runs/one

            """,
            _program.Out,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void TheResultIsOneJsonObjectOnRequest()
    {
        Assert.Equal(0, _program.Run("fit", "--json", "--assert", "val.dice>=0.8"));
        Assert.EndsWith("}\n", _program.Out);
        using var json = JsonDocument.Parse(_program.Out);
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("schema").GetInt32());
        Assert.Equal(("runs/one", 20, 18, 65.25), (root.GetProperty("run").GetString(), root.GetProperty("epochs").GetInt32(), root.GetProperty("best_epoch").GetInt32(), root.GetProperty("seconds").GetDouble()));
        Assert.Equal(0.875, root.GetProperty("metrics").GetProperty("val.dice").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("metrics").GetProperty("val.iou[road]").ValueKind);
        Assert.Equal("""[{"assertion":"val.dice>=0.8","got":0.875,"passed":true}]""", root.GetProperty("assertions").GetRawText());
    }

    [Fact]
    public void AFailedAssertionIsExitCode7AfterTheResult()
    {
        Assert.Equal(7, _program.Run("fit", "--json", "--assert", "val.dice>=0.8", "--assert", "val.dice>=0.9", "--assert", "val.iou[road]>0"));
        Assert.Equal("segtrain: assertion failed: wanted val.dice >= 0.9, got 0.875\nassertion failed: wanted val.iou[road] > 0, got no value\n", _program.Error);
        Assert.Contains("\"passed\":false", _program.Out);
    }

    [Fact]
    public void AssertionsAreHandedToTheRun()
    {
        _program.Run("fit", "--assert", "val.dice>=0.8");
        Assert.Equal("val.dice", Assert.Single(_program.Request!.Assertions).Metric);
    }

    [Fact]
    public void TheLogOfARunStartsBeforeItsFolder()
    {
        var folder = Directory.CreateTempSubdirectory("segtrain").FullName;
        try
        {
            var logging = new SegTrainProgram
            {
                Fit = (_, progress, log, _) =>
                {
                    log.Information("before");
                    progress.Started(new(folder, "dice", "cpu", [], 1, 1));
                    log.Debug("after");
                    throw new InvalidOperationException("boom");
                },
            };
            Assert.Equal(1, logging.Run("fit", "--quiet"));
            var lines = File.ReadAllLines(Path.Combine(folder, "log.txt"));
            Assert.Matches(@"^\d{4}-\d\d-\d\d .* INF before$", lines[0]);
            Assert.EndsWith("DBG after", lines[1]);
            Assert.EndsWith("Internal error", lines[2]);
            Assert.Contains("boom", lines[3]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ACancellationThatNobodyAskedForIsABug()
    {
        var cancelling = new SegTrainProgram { Fit = static (_, _, _, _) => throw new OperationCanceledException() };
        Assert.Equal(1, cancelling.Run("fit"));
    }
}
