using SegTrain.Core;
using SegTrain.Core.Engine;
using SegTrain.Core.Recipe;

namespace SegTrain.Tests.Cli;

public sealed class ProgramTests
{
    private readonly SegTrainProgram _program = new();

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("fit", "--help")]
    [InlineData("fit", "-h")]
    [InlineData("config", "--help")]
    [InlineData("fit", "--no-such-option", "--help")]
    public void HelpIsAResultWithExamples(params string[] arguments)
    {
        Assert.Equal(0, _program.Run(arguments));
        Assert.Contains("Usage:\n  segtrain", _program.Out.ReplaceLineEndings("\n"));
        Assert.Contains("Examples:", _program.Out);
        Assert.Equal("", _program.Error);
    }

    [Fact]
    public void RootHelpNamesEveryExitCode()
    {
        _program.Run("--help");
        Assert.NotEmpty(Enum.GetValues<ExitCode>());
        Assert.All(Enum.GetValues<ExitCode>(), code => Assert.Matches($@"\b{(int)code}\b", _program.Out));
    }

    [Fact]
    public void VersionIsPrinted()
    {
        Assert.Equal(0, _program.Run("--version"));
        Assert.Matches(@"^\d+\.\d+\.\d+", _program.Out);
    }

    [Theory]
    [InlineData("fti", "unknown command 'fti'; did you mean 'fit'?\nSee 'segtrain --help'.")]
    [InlineData("quantize", "unknown command 'quantize'\nSee 'segtrain --help'.")]
    [InlineData("fit --epoch 5", "unknown option '--epoch'; did you mean '--epochs'?\nSee 'segtrain fit --help'.")]
    [InlineData("fit --epoch=5", "unknown option '--epoch'; did you mean '--epochs'?\nSee 'segtrain fit --help'.")]
    [InlineData("fit --verbos", "unknown option '--verbos'; did you mean '--verbose'?\nSee 'segtrain fit --help'.")]
    [InlineData("fit cells", "'cells' is not expected here\nSee 'segtrain fit --help'.")]
    [InlineData("fit --set epochs", "--set epochs: expected KEY=VALUE, such as train.epochs=5\nSee 'segtrain fit --help'.")]
    [InlineData("fit --set =5", "--set =5: expected KEY=VALUE, such as train.epochs=5\nSee 'segtrain fit --help'.")]
    [InlineData("fit --resume run --config run.yaml", "--resume brings the configuration of its run: change single keys with --set instead of giving --config")]
    [InlineData("fit --assert val.dice=0.9", "--assert 'val.dice=0.9': expected METRIC OP NUMBER with OP one of >=, >, <=, <, ==, such as 'val.dice>=0.9' or 'val.iou[road]>0.5'")]
    public void AMistypedLineIsAUsageErrorWithTheNearestName(string line, string expected)
    {
        Assert.Equal(2, _program.Run(line.Split(' ')));
        Assert.Equal($"segtrain: {expected}\n", _program.Error);
        Assert.Equal("", _program.Out);
        Assert.Null(_program.Request);
    }

    [Fact]
    public void ALineWithoutACommandNamesThemAll()
    {
        Assert.Equal(2, _program.Run("-v"));
        Assert.Matches("^segtrain: a command is missing: one of fit, .*config", _program.Error);
    }

    [Fact]
    public void ResumingWhatIsNoRunIsAUsageError()
    {
        Assert.Equal(2, _program.Run("fit", "--resume", "no/such/run"));
        Assert.StartsWith("segtrain: --resume no/such/run: does not exist", _program.Error);
    }

    [Fact]
    public void OptionsEnvironmentAndFileMakeTheConfiguration()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "train: {epochs: 2, batch_size: 2}\nmodel: {depth: 2}\n");
            _program.Environment["SEGTRAIN_TRAIN__BATCH_SIZE"] = "3";
            var code = _program.Run(
                "fit", "-c", file, "--data", "cells: a", "--loss", "0.5*bce + 0.5*dice", "--epochs", "4", "--lr", "1e-3", "--optimizer", "sgd", "--seed", "7",
                "--budget", "30m", "--precision", "bf16", "--device", "cpu", "--run-name", "one", "--runs", "all", "--set", "model.width=8", "--set", "data.resize=[64, 32]");

            Assert.Equal(0, code);
            var run = _program.Request!.Config.Run;
            Assert.Equal(("cells: a", "0.5*bce + 0.5*dice"), (run.Data.Path, run.Loss));
            Assert.Equal((4, 3, 7, "cpu", "one", "all"), (run.Train.Epochs, run.Train.BatchSize, run.Train.Seed, run.Train.Device, run.Train.Name, run.Train.Runs));
            Assert.Equal(("30m", Precision.Bf16), (run.Train.Budget, run.Train.Precision));
            Assert.Equal((2, 8), (run.Model.Depth, run.Model.Width));
            Assert.Equal((1e-3, "sgd"), (run.Optimizer.LearningRate, run.Optimizer.Name));
            Assert.Equal([64, 32], run.Data.Resize);
            Assert.Contains("--loss '0.5*bce + 0.5*dice' --epochs 4", _program.Request.CommandLine);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ProblemsOfTheConfigurationAreItsExitCode()
    {
        Assert.Equal(3, _program.Run("fit", "--epochs", "x", "--set", "train.epoch=5"));
        Assert.Equal(
            """
            segtrain: 2 problems in the configuration
            --epochs: must be a whole number, not 'x'
            --set train.epoch: unknown key; did you mean 'train.epochs'?

            """,
            _program.Error,
            ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void PrintConfigPrintsAndTrainsNothing()
    {
        Assert.Equal(0, _program.Run("fit", "--print-config", "--epochs", "7"));
        Assert.Contains("  epochs: 7                             # --epochs\n", _program.Out);
        Assert.Null(_program.Request);
    }

    [Fact]
    public void ConfigPrintsTheReference()
    {
        Assert.Equal(0, _program.Run("config", "--markdown"));
        Assert.Equal(ConfigReference.Markdown(), _program.Out);
    }

    [Fact]
    public void ResponseFilesAreNotRead()
    {
        Assert.Equal(0, _program.Run("fit", "--data", "@cells"));
        Assert.Equal("@cells", _program.Request!.Config.Run.Data.Path);
    }

    [Fact]
    public void AnyOtherExceptionIsABugWithoutAStackOnTheTerminal()
    {
        var broken = new SegTrainProgram { Fit = static (_, _, _, _) => throw new InvalidOperationException("boom") };
        Assert.Equal(1, broken.Run("fit"));
        Assert.StartsWith("segtrain: internal error: boom\n", broken.Error);
        Assert.Contains("report", broken.Error);
        Assert.DoesNotContain("   at ", broken.Error);
        Assert.Equal(1, broken.Run("fit", "--verbose"));
        Assert.Contains("   at SegTrain", broken.Error);
    }

    [Theory]
    [InlineData("fit")]
    [InlineData("fit", "--json")]
    [InlineData("fit", "--print-config")]
    [InlineData("losses")]
    [InlineData("config")]
    [InlineData("--help")]
    public void AFullDiskBehindStdoutIsNoBug(params string[] arguments)
    {
        var full = new SegTrainProgram { Full = true };
        Assert.Equal(3, full.Run(arguments));
        Assert.StartsWith("segtrain: the result cannot be written to stdout: No space left on device", full.Error);
    }

    [Theory]
    [InlineData(ExitCode.Data)]
    [InlineData(ExitCode.OutOfMemory)]
    public void AUserErrorIsItsMessageAndItsCode(object code)
    {
        var failing = new SegTrainProgram { Fit = (_, _, _, _) => throw new SegTrainException((ExitCode)code, "cells/: no such folder") };
        Assert.Equal((int)(ExitCode)code, failing.Run("fit"));
        Assert.Equal("segtrain: cells/: no such folder\n", failing.Error);
    }

    [Theory]
    [InlineData("", "information\nwarning: careful\n")]
    [InlineData("--verbose", "information\nwarning: careful\ndetail 3\n")]
    [InlineData("--quiet", "warning: careful\n")]
    public void TheLogIsPlainLinesOfTheChosenDetail(string option, string expected)
    {
        var logging = new SegTrainProgram
        {
            Fit = static (_, _, log, _) =>
            {
                log.Information("information");
                log.Warning("careful");
                log.Debug("detail {Number}", 3);
                return SegTrainProgram.Result;
            },
        };
        logging.Run(option.Length > 0 ? ["fit", option] : ["fit"]);
        Assert.Equal(expected, logging.Error);
    }
}
