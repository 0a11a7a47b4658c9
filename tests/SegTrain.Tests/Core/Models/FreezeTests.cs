using SegTrain.Core;
using SegTrain.Core.Models;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

[Collection(nameof(Seeded))]
public sealed class FreezeTests
{
    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void Gradients_reach_all_but_what_is_frozen(string architecture, string block, bool attention)
    {
        using var scope = NewDisposeScope();
        using var net = Net(Of(architecture, block, attention) with { Freeze = ["encoder.*", "head.bias"] });
        net.Train(Uniform(1, 2, 3, 16, 16), 0)[0].square().sum().backward();
        Assert.Equal(net.Parameters.Frozen.Select(static one => one.Name), net.Parameters.Frozen.Select(static one => one.Name).Where(static name => name == "head.bias" || name.StartsWith("encoder.", StringComparison.Ordinal)));
        Assert.All(net.Parameters.Frozen, static parameter => Assert.Null(parameter.Value.grad));
        Assert.All(net.Parameters.Trained, static parameter => Assert.True(Numbers(parameter.Value.grad!).Any(static g => g != 0), parameter.Name));
        Assert.DoesNotContain(net.Parameters.Trained, static one => one.Name.StartsWith("encoder.", StringComparison.Ordinal));
    }

    /// <summary>What decays, moves: all of the flat values is made 0, and the frozen ones are still what they were.</summary>
    [Fact]
    public void The_flat_values_are_the_trained_ones_and_the_first_values_the_same_as_without()
    {
        using var scope = NewDisposeScope();
        using var free = Net(Small);
        using var net = Net(Small with { Freeze = ["encoder.*", "up.0.bias"] });
        Assert.Equal(free.Parameters.All.Select(static one => (one.Name, Sum(one))), net.Parameters.All.Select(static one => (one.Name, Sum(one))));
        Assert.Equal(free.Parameters.Count, net.Parameters.Count);
        using (no_grad()) net.Parameters.Values.zero_();
        Assert.NotEmpty(net.Parameters.Frozen);
        Assert.All(net.Parameters.Trained, static one => Assert.Equal(0, Sum(one)));
        Assert.Equal(
            free.Parameters.Trained.Where(one => net.Parameters.Frozen.Any(frozen => frozen.Name == one.Name)).Select(Sum),
            net.Parameters.Frozen.Select(Sum));
    }

    [Fact]
    public void A_frozen_batch_norm_keeps_its_statistics()
    {
        using var scope = NewDisposeScope();
        using var net = Net(Small with { Freeze = ["encoder.1.*"] });
        var before = net.Parameters.Buffers.Select(static one => (one.Name, Sum(one))).ToList();
        net.Train(Uniform(1, 2, 3, 16, 16), 0);
        var moved = net.Parameters.Buffers.Zip(before).Where(static pair => Sum(pair.First) != pair.Second.Item2).Select(static pair => pair.Second.Name).ToList();
        Assert.Equal(before.Select(static one => one.Name).Where(static name => name.Contains("running") && !name.StartsWith("encoder.1.", StringComparison.Ordinal)), moved);
    }

    [Theory]
    [InlineData("encodr.*", "model.freeze: no parameter is named 'encodr.*'; there are encoder.*, up.*, decoder.*, head.*")]
    [InlineData("*", "model.freeze: every parameter is frozen and nothing is left to train; freeze less")]
    public void What_makes_no_sense_is_refused(string pattern, string message)
    {
        var refused = Assert.Throws<SegTrainException>(() => Net(Small with { Freeze = [pattern] }));
        Assert.Equal((ExitCode.Config, message), (refused.Code, refused.Message));
    }

    private static double Sum(Parameter parameter) => Numbers(parameter.Value).Select(static (number, i) => number * (i + 1.0)).Sum();
}
