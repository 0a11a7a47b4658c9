using SegTrain.Core;
using SegTrain.Core.Repeats;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Repeats;

public sealed class ResumeTrialTests : IDisposable
{
    private static readonly string[] Small =
    [
        "data.synthetic.classes=3", "data.synthetic.train=8", "data.synthetic.validation=4", "data.synthetic.size=16", "data.threads=1", "model.depth=1", "model.width=8",
        "train.batch_size=2", "train.device=cpu", "train.ema=0.9", "augment.preset=strong",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "loader")]
    [InlineData(2, "loader")]
    [InlineData(3, "loader")]
    [InlineData(3, "device")]
    public void A_run_that_is_interrupted_twice_ends_with_the_same_bits(int seed, string augments)
    {
        var proof = ResumeTrial.Run(Fit.Run, Request([.. Small, $"augment.on={augments}"]), 2, new Random(seed), Logger.None, CancellationToken.None);
        Assert.Equal(8, proof.Steps);
        Assert.InRange(proof.StoppedAt, 1, proof.AbandonedAt - 1);
        Assert.InRange(proof.AbandonedAt, 2, 7);
        Assert.Equal(4, proof.Files.Count);
        Assert.All(proof.Files, static file => Assert.Equal((file.Resumed, 64), (file.Unbroken, file.Resumed.Length)));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Other_bits_are_seen()
    {
        var starts = 0;
        var proof = ResumeTrial.Run(
            (request, progress, log, stop) =>
            {
                var result = Fit.Run(request, progress, log, stop);
                // A resume that forgets something, here a row of the metrics.
                if (starts++ == 1)
                    File.AppendAllText(Path.Combine(result.Folder!, "metrics.csv"), "lost");
                return result;
            },
            Request(Small), 2, new Random(1), Logger.None, CancellationToken.None);
        Assert.Equal(["metrics.csv"], proof.Files.Where(static file => !file.IsEqual).Select(static file => file.Name));
    }

    [Fact]
    public void A_run_too_short_to_be_interrupted_is_refused()
    {
        var error = Assert.Throws<SegTrainException>(() => ResumeTrial.Run(Fit.Run, Request([.. Small, "train.accumulate=8"]), 2, new Random(1), Logger.None, CancellationToken.None));
        Assert.Equal(ExitCode.Config, error.Code);
        Assert.StartsWith("--verify-resume: the run has 2 steps", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private FitRequest Request(string[] keys) => new(LoadSet([.. keys, $"train.runs={_folder.Path}"]), null, [], "");
}
