using System.Text.Json;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Cli;

public sealed class RepeatCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_seeds_are_a_table_of_mean_and_spread()
    {
        var program = BySeed();
        Assert.Equal(0, program.Run("fit", "--seeds", "3", "--runs", _folder.Path, "--run-name", "g", "--assert", "val.dice>=0.2"));
        // 0.1, 0.2, 0.3: deviation 0.1, and 4.3027 of it over the root of three on both sides.
        Assert.Equal(
            $"""
                        mean      sd     min     max   95 % of the mean
            val.dice  0.2000  0.1000  0.1000  0.3000  -0.0484 to 0.4484

            3 runs, seed-1 to seed-3, 0:06, in {_folder.File("g")}; all metrics are in summary.csv

            """, program.Out, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Demands_are_about_the_mean()
    {
        var program = BySeed();
        Assert.Equal(7, program.Run("fit", "--seeds", "3", "--runs", _folder.Path, "--json", "--assert", "val.dice>0.25"));
        Assert.StartsWith("segtrain: assertion failed: wanted val.dice > 0.25, got 0.2", program.Error[program.Error.IndexOf("segtrain:", StringComparison.Ordinal)..]);
        using var json = JsonDocument.Parse(program.Out);
        Assert.Equal(0.2, json.RootElement.GetProperty("assertions")[0].GetProperty("got").GetDouble(), 1e-12);
    }

    [Theory]
    [InlineData("--folds 3", new[] { "0/3", "1/3", "2/3" })]
    [InlineData("--folds all --fold 1/2", new[] { "0/2", "1/2" })]
    public void Folds_are_named_or_those_of_the_configuration(string options, string[] expected)
    {
        var folds = new List<string?>();
        var program = new SegTrainProgram
        {
            Fit = (request, _, _, _) =>
            {
                folds.Add(request.Config.Run.Data.Fold);
                return SegTrainProgram.Result;
            },
        };
        Assert.Equal(0, program.Run(["fit", "--data", "cells", "--runs", _folder.Path, .. options.Split(' ')]));
        Assert.Equal(expected, folds);
    }

    [Theory]
    [InlineData("--seeds 1", "--seeds: must be a whole number from 2 to 1000")]
    [InlineData("--seeds 2 --folds 2", "--seeds and --folds exclude each other")]
    [InlineData("--folds all", "--folds all: of how many?")]
    [InlineData("--folds many", "--folds many: must be a whole number from 2 to 1000, or all")]
    [InlineData("--verify-resume --seeds 2", "--verify-resume compares two short runs of its own")]
    [InlineData("--verify-resume --assert val.dice>0", "--verify-resume compares two short runs of its own")]
    [InlineData("--verify-resume 0", "--verify-resume: must be a whole number of epochs from 1 to 1000")]
    public void What_cannot_be_is_a_usage_error(string options, string message)
    {
        var program = new SegTrainProgram();
        Assert.Equal(2, program.Run(["fit", "--runs", _folder.Path, .. options.Split(' ')]));
        Assert.Contains(message, program.Error);
        Assert.Null(program.Request);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Each_run_has_its_own_log()
    {
        var program = new SegTrainProgram
        {
            Fit = (request, progress, log, _) =>
            {
                var seed = request.Config.Run.Train.Seed;
                log.Information("before {Seed}", seed);
                progress.Started(new(Directory.CreateDirectory(_folder.File($"{seed}")).FullName, "dice", "cpu", [], 1, 1));
                return SegTrainProgram.Result;
            },
        };
        Assert.Equal(0, program.Run("fit", "--quiet", "--seeds", "2", "--runs", _folder.Path));
        Assert.All(new[] { 1, 2 }, seed => Assert.EndsWith($"INF before {seed}", Assert.Single(File.ReadAllLines(_folder.File($"{seed}/log.txt")), static line => line.Contains("before", StringComparison.Ordinal))));
    }

    // Stands in for training: a Dice of a tenth of the seed.
    private static SegTrainProgram BySeed() => new()
    {
        Fit = static (request, _, _, _) => new FitResult(
            "", 1, 1, new Dictionary<string, double> { ["val.dice"] = request.Config.Run.Train.Seed / 10.0 }, ["background", "road"], TimeSpan.FromSeconds(2)),
    };
}
