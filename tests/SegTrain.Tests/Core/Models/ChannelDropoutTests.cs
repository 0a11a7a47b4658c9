using SegTrain.Core.Models;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

[Collection(nameof(Seeded))]
public sealed class ChannelDropoutTests
{
    /// <summary>Of 10000 channels 3000 are dropped, give or take four standard deviations of sqrt(10000 0.3 0.7) = 46; the rest makes up for them.</summary>
    [Fact]
    public void Drops_whole_channels_with_the_probability_of_its_rate()
    {
        using var scope = NewDisposeScope();
        var y = Numbers(new ChannelDropout(0.3, 1).Forward(ones([100, 100, 1, 3]), new Pass(true, 1, 1))).Chunk(3).ToList();
        Assert.All(y, static channel => Assert.Single(channel.Distinct()));
        Assert.InRange(y.Count(static channel => channel[0] == 0), 3000 - 184, 3000 + 184);
        Assert.Equal([0f, (float)(1 / 0.7)], y.Select(static channel => channel[0]).Distinct().Order());
    }

    /// <summary>Layers, steps and seeds must be independent: two of them drop the same half of 10000 channels in 5000 places, give or take 200.</summary>
    [Fact]
    public void Is_a_pure_function_of_seed_step_and_layer()
    {
        using var scope = NewDisposeScope();
        bool[] Dropped(ulong seed, long step, int layer) =>
            [.. Numbers(new ChannelDropout(0.5, layer).Forward(ones([100, 100, 1, 1]), new Pass(true, seed, step))).Select(static number => number == 0)];
        var first = Dropped(1, 2, 3);
        Assert.Equal(first, Dropped(1, 2, 3));
        foreach (var other in (bool[][])[Dropped(2, 2, 3), Dropped(1, 3, 3), Dropped(1, 2, 4), Dropped(1, 3, 2)])
        {
            Assert.InRange(first.Zip(other).Count(static pair => pair.First == pair.Second), 4800, 5200);
        }
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("unet++")]
    public void A_net_drops_in_training_by_the_step_and_never_in_inference(string architecture)
    {
        using var scope = NewDisposeScope();
        using var plain = Net(Small with { Architecture = architecture });
        using var net = Net(Small with { Architecture = architecture, Dropout = 0.5 });
        using var again = Net(Small with { Architecture = architecture, Dropout = 0.5 });
        var images = Uniform(1, 2, 3, 16, 16);
        // Before training, which moves the running statistics.
        Assert.Equal(Numbers(plain.Infer(images)), Numbers(net.Infer(images)));
        var (seven, eight) = (Numbers(net.Train(images, 7)[0]), Numbers(net.Train(images, 8)[0]));
        Assert.NotEqual(Numbers(plain.Train(images, 7)[0]), seven);
        Assert.NotEqual(seven, eight);
        // A resumed run knows the step and nothing of what was drawn before it.
        Assert.Equal(eight, Numbers(again.Train(images, 8)[0]));
    }
}
