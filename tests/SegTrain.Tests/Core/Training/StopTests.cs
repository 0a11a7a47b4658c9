using SegTrain.Core.Recipe;
using SegTrain.Core.Tracking;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

/// <summary>A run that is asked to stop, after any of its steps, and goes on later.</summary>
public sealed class StopTests
{
    private static readonly string[] Keys =
    [
        "data.synthetic.train=8", "data.synthetic.validation=2", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=8",
        "train.batch_size=4", "train.device=cpu", "train.name=run",
    ];

    [Theory]
    [InlineData("train.epochs=2")]
    [InlineData("train.budget=3steps")]
    public void It_ends_like_a_run_that_was_left_alone(string length)
    {
        using var folder = new TemporaryFolder();
        var taken = Start(folder.File("whole"), length, stopAfter: 0);
        for (var steps = 1; steps <= taken; steps++)
        {
            var runs = folder.File($"{steps}");
            Assert.Throws<OperationCanceledException>(() => Start(runs, length, steps));
            var run = Path.Combine(runs, "run");
            var config = EffectiveConfig.Load(new() { File = RunFolder.Open(run).Config });
            var result = Fit.Run(new FitRequest(config, run, [], ""), new Watcher(), Logger.None, CancellationToken.None);
            Assert.Equal(2, result.Epochs);
            Assert.Equal(File.ReadAllText(folder.File("whole/run/metrics.csv")), File.ReadAllText(Path.Combine(run, "metrics.csv")));
        }
    }

    // The steps taken.
    private static int Start(string runs, string length, int stopAfter)
    {
        using var source = new CancellationTokenSource();
        var taken = 0;
        var watcher = new Watcher(step: _ =>
        {
            if (++taken == stopAfter) source.Cancel();
        });
        Fit.Run(new FitRequest(LoadSet([.. Keys, length, $"train.runs={runs}"]), null, [], ""), watcher, Logger.None, source.Token);
        return taken;
    }
}
