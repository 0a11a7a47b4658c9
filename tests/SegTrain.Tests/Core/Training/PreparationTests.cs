using SegTrain.Core;
using SegTrain.Core.Training;
using SegTrain.Tests.Support;
using Serilog.Core;
using static SegTrain.Tests.Core.Config.ConfigFixture;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Seeded))]
public sealed class PreparationTests
{
    /// <summary>What a run does at its end, the process does next: to end. It must not while libraries are being loaded.</summary>
    [Fact]
    public void Refused_data_wait_until_LibTorch_is_loaded()
    {
        var isLoaded = false;
        using var log = LogListener.Of(line =>
        {
            if (!line.MessageTemplate.Text.StartsWith("LibTorch", StringComparison.Ordinal)) return;
            Thread.Sleep(300);
            isLoaded = true;
        });
        var refused = Assert.Throws<SegTrainException>(() =>
            Preparation.Of(new(LoadSet("data.synthetic.train=1", "train.batch_size=2"), null, [], ""), log, CancellationToken.None));
        Assert.Equal(ExitCode.Config, refused.Code);
        Assert.True(isLoaded);
    }

    /// <summary>Epochs that do not validate have metrics of training too, and the best of those may have no others.</summary>
    [Fact]
    public void The_best_epoch_is_one_of_validation()
    {
        var refused = Assert.Throws<SegTrainException>(static () =>
            Preparation.Of(new(LoadSet("train.best=train.iou[disc]", "data.threads=1"), null, [], ""), Logger.None, CancellationToken.None));
        Assert.Equal((ExitCode.Config, "train.best: this run's validation has no metric 'train.iou[disc]'; did you mean 'val.iou[disc]'?"), (refused.Code, refused.Message));
    }
}
