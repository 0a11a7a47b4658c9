using SegTrain.Core.Training;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Training;

[Collection(nameof(Support.Seeded))]
public sealed class MixupTests
{
    // The mean of max(x, 1 - x) for x from Beta(a, a): at a = 1, which is uniform, 3/4; at a = 1/2, the arcsine distribution, 1/2 + 1/pi.
    [Theory]
    [InlineData(1, 0.75)]
    [InlineData(0.5, 0.8183098861837907)]
    public void Shares_have_their_distribution(double alpha, double mean)
    {
        var shares = Enumerable.Range(0, 20_000).Select(pass => Mixup.Draw(alpha, 1, pass).Share).ToList();
        Assert.All(shares, static share => Assert.InRange(share, 0.5, 1));
        Assert.Equal(mean, shares.Average(), 0.005);
        Assert.NotEqual(shares[0], Mixup.Draw(alpha, 2, 0).Share);
        Assert.Equal(1, Mixup.Draw(0, 1, 0).Share);
    }

    /// <summary>Powers of 1/alpha of numbers below 1 are 0 in float64 there; the distribution is all but that of a coin.</summary>
    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-308)]
    public void A_tiny_alpha_blends_nothing(double alpha) =>
        Assert.All(Enumerable.Range(0, 100), pass => Assert.Equal(1, Mixup.Draw(alpha, 1, pass).Share));

    [Fact]
    public void Images_and_losses_are_blended_with_those_of_the_next()
    {
        using var scope = NewDisposeScope();
        var images = tensor([1f, 2, 3], [3, 1, 1, 1]);
        // 0.75 * 1 + 0.25 * 2, 0.75 * 2 + 0.25 * 3, 0.75 * 3 + 0.25 * 1.
        var (own, next) = new Mixup(0.75).Blend(new(images, tensor([1f, 2, 3], [3, 1, 1]), tensor([1f, 2, 3], [3, 1, 1, 1])));
        Assert.Equal([1.25f, 2.25f, 2.5f], Numbers(own.Images));

        // The first image's number times 10, plus its distance: 0.75 * 11 + 0.25 * 22.
        Assert.Equal(13.75f, Numbers(new Mixup(0.75).Loss(static truth => truth.Targets.narrow(0, 0, 1).sum() * 10 + truth.Distances!.narrow(0, 0, 1).sum(), own, next))[0]);
    }

    [Fact]
    public void A_run_repeats_and_differs_from_one_without()
    {
        var epochs = ShortRun.Epochs("augment.mixup=0.5");
        Assert.Equal(epochs[^1]["train.loss"], ShortRun.Epochs("augment.mixup=0.5", "data.threads=3")[^1]["train.loss"]);
        Assert.NotEqual(epochs[^1]["train.loss"], ShortRun.Epochs()[^1]["train.loss"]);
    }
}
