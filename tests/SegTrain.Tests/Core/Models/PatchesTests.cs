using SegTrain.Core.Models;
using SegTrain.Tests.Core.Training;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

[Collection(nameof(Seeded))]
public sealed class PatchesTests
{
    [Fact]
    public void Squares_become_channels_and_pixels_again()
    {
        using var scope = NewDisposeScope();
        var x = tensor([1f, 2, 5, 6, 3, 4, 7, 8], [1, 1, 2, 4]);
        var folded = Patches.Fold(x, 2);
        Assert.Equal([1, 4, 1, 2], folded.shape);
        Assert.Equal([1, 5, 2, 6, 3, 7, 4, 8], Numbers(folded));

        var images = Uniform(1, 2, 3, 12, 6);
        foreach (var p in new[] { 1, 2, 3 }) Assert.Equal(Numbers(images), Numbers(Patches.Unfold(Patches.Fold(images, p), p)));
    }

    [Theory]
    [InlineData(2, 16, 8)]
    [InlineData(3, 13, 7)]
    [InlineData(4, 1, 5)]
    public void A_net_of_patches_has_logits_of_the_images_size(int patch, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var net = Net(Small with { Patch = patch, DeepSupervision = true });
        Assert.Equal(4 * patch, net.OutputStride);
        var images = Uniform(1, 2, 3, height, width);
        Assert.Equal([[2, 2, height, width], [2, 2, (height + 1) / 2, (width + 1) / 2]], net.Train(images, 0).Select(static logits => logits.shape));
        Assert.Equal([2, 2, height, width], net.Infer(images).shape);
    }

    [Fact]
    public void It_learns()
    {
        var epochs = ShortRun.Epochs("model.patch=2", "model.width=16", "data.synthetic.size=32", "train.epochs=12", "optimizer.learning_rate=0.01");
        Assert.True(epochs[^1]["train.loss"] < 0.8 * epochs[0]["train.loss"], $"{epochs[0]["train.loss"]} to {epochs[^1]["train.loss"]}");
    }
}
