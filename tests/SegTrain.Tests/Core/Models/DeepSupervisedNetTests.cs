using SegTrain.Core;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>The further heads of a net.</summary>
[Collection(nameof(Seeded))]
public sealed class DeepSupervisedNetTests
{
    /// <summary>Halves and quarters of 13x6 rounded up; the nested nets are all of full size.</summary>
    [Theory]
    [InlineData("unet", "13x6 7x3 4x2")]
    [InlineData("unet++", "13x6 13x6 13x6")]
    public void Training_gives_logits_of_every_head_the_finest_first(string architecture, string sizes)
    {
        using var scope = NewDisposeScope();
        using var net = Net(Small with { Architecture = architecture, Depth = 3, DeepSupervision = true });
        var outputs = net.Train(Uniform(1, 2, 3, 13, 6), 0);
        Assert.Equal(sizes, string.Join(' ', outputs.Select(static logits => $"{logits.shape[2]}x{logits.shape[3]}")));
        Assert.All(outputs, static logits => Assert.Equal(2, logits.shape[1]));
        Assert.Equal(["head.weight", "head.bias", "head.1.weight", "head.1.bias", "head.2.weight", "head.2.bias"], net.Parameters.Trained.TakeLast(6).Select(static one => one.Name));
    }

    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void The_first_output_is_that_of_the_net_without(string architecture, string block, bool attention)
    {
        using var scope = NewDisposeScope();
        using var without = Net(Of(architecture, block, attention));
        using var with = Net(Of(architecture, block, attention) with { DeepSupervision = true });
        var images = Uniform(1, 2, 3, 16, 8);
        Assert.Equal(Numbers(without.Infer(images)), Numbers(with.Infer(images)));
        Assert.Equal(Numbers(Assert.Single(without.Train(images, 0))), Numbers(with.Train(images, 0)[0]));
    }

    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void Every_head_is_trained(string architecture, string block, bool attention)
    {
        using var scope = NewDisposeScope();
        using var net = Net(Of(architecture, block, attention) with { DeepSupervision = true });
        net.Train(Uniform(1, 2, 3, 16, 16), 0).Select(static logits => logits.square().sum()).Aggregate(static (sum, value) => sum + value).backward();
        Assert.All(net.Parameters.Trained, static parameter => Assert.True(Numbers(parameter.Value.grad!).Any(static g => g != 0), parameter.Name));
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("unet++")]
    public void A_run_learns_with_it(string architecture)
    {
        string[] keys = [$"model.architecture={architecture}", "model.depth=2", "model.width=4", "train.epochs=6", "optimizer.learning_rate=0.01", "loss=dice + 0.01*boundary"];
        var (without, with) = (ShortRun.Epochs(keys), ShortRun.Epochs([.. keys, "model.deep_supervision=true"]));
        Assert.NotEqual(without[0]["train.loss"], with[0]["train.loss"]);
        Assert.True(with[^1]["train.loss"] < 0.95 * with[0]["train.loss"]);
        Assert.True(with[^1]["val.loss"] < with[0]["val.loss"]);
    }

    [Fact]
    public void One_level_is_refused()
    {
        var refused = Assert.Throws<SegTrainException>(() => Net(Small with { Depth = 1, DeepSupervision = true }));
        Assert.Equal((ExitCode.Config, "model.deep_supervision: a net of depth 1 has no second level to supervise; raise model.depth"), (refused.Code, refused.Message));
    }
}
