using SegTrain.Core.Models;
using static SegTrain.Losses.Arithmetic;
using static SegTrain.Losses.Number;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Models;

/// <summary>Nets of any width with all options: their gradients, over three steps of training, against those of plain operators in float64.</summary>
public sealed class RandomNetTests
{
    private const int Draws = 12;

    // SEGTRAIN_RANDOM_NETS=0..5000 for a long look: the seeds from the first up to, not with, the last.
    private static readonly Range s_seeds = Seeds(Environment.GetEnvironmentVariable("SEGTRAIN_RANDOM_NETS") ?? "0..20");

    [Fact]
    public void Gradients_are_those_of_float64()
    {
        for (var seed = s_seeds.Start.Value; seed < s_seeds.End.Value; seed++) Train(seed, float32, 1e-4);
    }

    /// <summary>Rounding to 8 digits turns ReLUs on and off, a whole gradient each: most of the direction is what can be asked for.</summary>
    [Fact]
    public void Gradients_of_bfloat16_point_the_same_way()
    {
        for (var seed = s_seeds.Start.Value; seed < s_seeds.End.Value; seed += 4) Train(seed, bfloat16, 0.6);
    }

    private static Range Seeds(string text) =>
        text.Split("..") is [var first, var last] ? int.Parse(first)..int.Parse(last) : throw new FormatException($"SEGTRAIN_RANDOM_NETS={text}: write 0..5000");

    private static void Train(int seed, ScalarType type, double most)
    {
        var random = new Random(seed);
        var config = new ModelConfig
        {
            Width = random.Next(1, 41),
            Depth = random.Next(1, 4),
            Norm = random.Next(2) == 0 ? Norm.Batch : Enum.GetValues<Norm>()[random.Next(1, 4)],
            Up = (Upsampling)random.Next(2),
            Patch = random.Next(3) == 0 ? random.Next(2, 5) : 1,
            Architecture = random.Next(4) == 0 ? "unet++" : "unet",
            Block = random.Next(2) == 0 ? Block.Plain : Block.Residual,
            Attention = random.Next(3) == 0,
        };
        var (channels, outputs) = (random.Next(1, 5), random.Next(1, 12));
        using var net = new SegmentationNet(config, [.. Enumerable.Repeat(0.5f, channels)], [.. Enumerable.Repeat(0.25f, channels)], outputs, CPU, seed) { Activations = type };
        var (images, side) = (random.Next(1, 4), net.OutputStride * random.Next(2, 4));
        for (var step = 0; step < 3; step++)
        {
            // A ReLU near 0 that rounding turns on or off brings or takes a whole gradient. Other images tell that from a wrong sum, which is wrong with any.
            var distances = Enumerable.Range(0, Draws).Select(draw =>
            {
                using var scope = NewDisposeScope();
                var number = (seed * 3 + step) * Draws + draw;
                return Distance(net, config, step, Uniform(number, images, channels, side, side), Uniform(~number, images, outputs, side, side) - Num(0.5));
            });
            Assert.True(distances.Any(distance => distance <= most), $"seed {seed}, step {step}, {type}: {string.Join(", ", distances)} of {config}");
            using var scope = NewDisposeScope();
            using var fixedWeights = no_grad();
            // A hundredth of their length: nets without norms have gradients of any.
            var (values, gradients) = (net.Parameters.Values, net.Parameters.Gradients);
            values.Plus_((gradients * (values.norm() / gradients.norm())).Times_(-1e-2));
        }
    }

    /// <summary>|found - wanted| / |wanted| over all gradients.</summary>
    private static double Distance(SegmentationNet net, ModelConfig config, int step, Tensor images, Tensor factors)
    {
        net.Parameters.Gradients.zero_();
        (net.Train(images, step)[0] * factors).sum().backward();
        var reference = new ReferenceNet(net, config);
        (reference.Logits(images.to(float64)) * factors.to(float64)).sum().backward();
        var (apart, length) = (0.0, 0.0);
        foreach (var (found, wanted) in reference.Gradients())
        {
            apart += (found.to(float64) - wanted).square().sum().item<double>();
            length += wanted.square().sum().item<double>();
        }
        return Math.Sqrt(apart / length);
    }
}
