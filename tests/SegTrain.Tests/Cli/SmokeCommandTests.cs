using System.Text.Json;
using SegTrain.Core;
using SegTrain.Core.Training;

namespace SegTrain.Tests.Cli;

public sealed class SmokeCommandTests
{
    [Fact]
    public void It_attains_what_it_demands()
    {
        var program = new SegTrainProgram { Fit = Fit.Run };
        Assert.True(program.Run("smoke", "--quiet", "--json") == 0, program.Error);
        using var json = JsonDocument.Parse(program.Out);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("run").ValueKind);
        Assert.StartsWith("""[{"assertion":"val.dice>=0.9","got":0.9""", json.RootElement.GetProperty("assertions").GetRawText());
        Assert.False(Directory.Exists(program.Request!.Config.Run.Train.Runs));
    }

    [Fact]
    public void A_machine_that_does_not_attain_it_is_exit_code_7()
    {
        var program = new SegTrainProgram();
        Assert.Equal(7, program.Run("smoke", "--assert", "val.iou>0.5"));
        Assert.EndsWith("assertion failed: wanted val.dice >= 0.9, got 0.875\n", program.Error);
        Assert.Contains("best epoch 18 of 20, 1:05\n", program.Out);
    }

    [Fact]
    public void Neither_environment_nor_failure_changes_what_it_does()
    {
        var program = new SegTrainProgram
        {
            Fit = static (request, _, _, _) =>
            {
                Assert.True(Directory.Exists(request.Config.Run.Train.Runs));
                throw new SegTrainException(ExitCode.OutOfMemory, "out of memory");
            },
        };
        program.Environment["SEGTRAIN_TRAIN__EPOCHS"] = "1";
        Assert.Equal(8, program.Run("smoke"));
        Assert.NotEqual(1, program.Request!.Config.Run.Train.Epochs);
        Assert.False(Directory.Exists(program.Request.Config.Run.Train.Runs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_what_is_kept_is_said_to_go_on(bool keep)
    {
        var program = new SegTrainProgram { Fit = static (_, _, _, _) => Faults.Named<FitResult>(static () => throw new IOException("No space left on device")) };
        Assert.Equal(3, program.Run([.. new[] { "smoke", "--keep" }.Take(keep ? 2 : 1)]));
        Assert.Equal(keep, program.Error.Contains("--resume", StringComparison.Ordinal));
        if (keep) Directory.Delete(program.Request!.Config.Run.Train.Runs, recursive: true);
    }

    [Fact]
    public void The_folder_is_kept_on_request()
    {
        var program = new SegTrainProgram { Fit = static (_, _, _, _) => SegTrainProgram.Result with { Metrics = new Dictionary<string, double> { ["val.dice"] = 1 } } };
        Assert.Equal(0, program.Run("smoke", "--keep"));
        var runs = program.Request!.Config.Run.Train.Runs;
        Assert.True(Directory.Exists(runs));
        Directory.Delete(runs, recursive: true);
        Assert.Contains(", in runs/one", program.Out);
    }
}
