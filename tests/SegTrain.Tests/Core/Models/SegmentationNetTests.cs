using SegTrain.Core.Models;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

[Collection(nameof(Seeded))]
public sealed class SegmentationNetTests
{
    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void Logits_and_gradients_are_those_of_plain_operators(string architecture, string block, bool attention)
    {
        using var scope = NewDisposeScope();
        var config = Of(architecture, block, attention) with { Depth = 3, Width = 3 };
        using var net = Net(config);
        var images = Uniform(7, 3, 3, 24, 32);
        var weight = Uniform(8, 3, 2, 24, 32);
        var reference = new ReferenceNet(net, config);
        var (ours, theirs) = (net.Train(images, 0)[0], reference.Logits(images.to(float64)));
        AssertClose(theirs.to(float32), ours);
        (theirs * weight.to(float64)).sum().backward();
        (ours * weight).sum().backward();
        var gradients = reference.Gradients().ToList();
        AssertClose(cat([.. gradients.Select(static pair => pair.Wanted.flatten())]).to(float32), cat([.. gradients.Select(static pair => pair.Found.flatten())]));
    }

    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void Images_of_any_size_have_logits_of_their_size(string architecture, string block, bool attention) => Assert.Equal(0, LiveTensors.LeftBy(() =>
    {
        foreach (var norm in Enum.GetValues<Norm>())
        {
            foreach (var up in Enum.GetValues<Upsampling>())
            {
                using var net = Net(Of(architecture, block, attention) with { Norm = norm, Up = up, Dropout = 0.5 });
                foreach (var (height, width) in ((long, long)[])[(16, 8), (13, 7), (1, 5)])
                {
                    using var scope = NewDisposeScope();
                    var images = Uniform(1, 2, 3, height, width);
                    foreach (var logits in (Tensor[])[net.Train(images, 0)[0], net.Infer(images)])
                    {
                        Assert.Equal([2, 2, height, width], logits.shape);
                        Assert.True(logits.is_contiguous());
                        Assert.All(Numbers(logits), static number => Assert.True(float.IsFinite(number)));
                    }
                }
            }
        }
    }));

    [Theory]
    [MemberData(nameof(Nets), MemberType = typeof(NetFixture))]
    public void Gradients_reach_every_parameter(string architecture, string block, bool attention)
    {
        foreach (var norm in Enum.GetValues<Norm>())
        {
            using var scope = NewDisposeScope();
            using var net = Net(Of(architecture, block, attention) with { Norm = norm });
            net.Train(Uniform(1, 2, 3, 16, 16), 0)[0].square().sum().backward();
            Assert.NotEmpty(net.Parameters.Trained);
            Assert.All(net.Parameters.Trained, static parameter => Assert.True(Numbers(parameter.Value.grad!).Any(static g => g != 0), parameter.Name));
        }
    }

    /// <summary>Padding is with zeros after normalisation, that is with the mean, so it says nothing to the first convolution.</summary>
    [Fact]
    public void What_is_padded_is_the_mean_of_the_images()
    {
        using var scope = NewDisposeScope();
        using var net = Net(Small);
        var images = Uniform(3, 1, 3, 6, 7);
        var padded = full([1, 3, 8, 8], 0.5);
        padded.narrow(2, 0, 6).narrow(3, 0, 7).copy_(images);
        Assert.Equal(Numbers(net.Infer(padded).narrow(2, 0, 6).narrow(3, 0, 7)), Numbers(net.Infer(images)));
    }

    /// <summary>A U-Net++ of one pooling has one node: the U-Net of one pooling.</summary>
    [Fact]
    public void The_smallest_nested_net_is_the_smallest_U_Net()
    {
        using var scope = NewDisposeScope();
        using var simple = Net(Small with { Depth = 1 });
        using var nested = Net(Small with { Depth = 1, Architecture = "unet++" });
        var images = Uniform(3, 1, 3, 6, 8);
        Assert.Equal(Numbers(simple.Infer(images)), Numbers(nested.Infer(images)));
    }

    [Fact]
    public void The_names_in_a_checkpoint_of_the_default_net_stay()
    {
        using var net = Net(new ModelConfig());
        string[] Block(string name) => [.. from half in (int[])[1, 2] from end in (string[])[$"conv{half}.weight", $"norm{half}.weight", $"norm{half}.bias"] select $"{name}.{end}"];
        Assert.Equal(
            [
                .. Enumerable.Range(0, 5).SelectMany(level => Block($"encoder.{level}")),
                .. ((int[])[3, 2, 1, 0]).SelectMany(level => (string[])[$"up.{level}.weight", $"up.{level}.bias", .. Block($"decoder.{level}")]),
                "head.weight", "head.bias",
            ],
            net.Parameters.Trained.Select(static parameter => parameter.Name));
        Assert.Equal(2 + 9 * 4, net.Parameters.Buffers.Count);
        Assert.Equal(["input.mean", "input.std", "encoder.0.norm1.running_mean", "encoder.0.norm1.running_var"], net.Parameters.Buffers.Take(4).Select(static buffer => buffer.Name));
    }

    [Fact]
    public void An_unknown_architecture_is_refused_with_those_that_there_are()
    {
        var refused = Assert.Throws<SegTrain.Core.SegTrainException>(() => Net(Small with { Architecture = "unet+" }));
        Assert.Equal("model.architecture: unknown 'unet+'; did you mean 'unet'?; there are unet, unet++", refused.Message);
    }

    private static void AssertClose(Tensor wanted, Tensor seen)
    {
        Assert.Equal(wanted.shape, seen.shape);
        var (a, b) = (Numbers(wanted), Numbers(seen));
        var room = 1e-4f * a.Max(Math.Abs);
        Assert.True(room > 0);
        for (var i = 0; i < a.Length; i++) Assert.InRange(b[i] - a[i], -room, room);
    }
}
