using Google.Protobuf;
using SegTrain.Core.Export;
using SegTrain.Core.Models;
using SegTrain.Tests.Support;
using static SegTrain.Tests.Core.Models.NetFixture;

namespace SegTrain.Tests.Core.Export;

/// <summary>Models of any width with all options together, in every form of a file.</summary>
public sealed class RandomExportTests
{
    // SEGTRAIN_RANDOM_EXPORTS=0..2000 for a long look.
    private static readonly int[] s_seeds = [.. (Environment.GetEnvironmentVariable("SEGTRAIN_RANDOM_EXPORTS") ?? "0..24").Split("..") is [var first, var last]
        ? Enumerable.Range(int.Parse(first), int.Parse(last) - int.Parse(first)) : throw new FormatException("SEGTRAIN_RANDOM_EXPORTS: write 0..2000")];

    [Fact]
    public void ONNX_Runtime_computes_what_the_net_does()
    {
        using var folder = new TemporaryFolder();
        foreach (var seed in s_seeds)
        {
            var random = new Random(seed);
            var config = new ModelConfig
            {
                Width = random.Next(1, 20),
                Depth = random.Next(1, 5),
                Norm = Enum.GetValues<Norm>()[random.Next(4)],
                Up = (Upsampling)random.Next(2),
                Patch = random.Next(2) == 0 ? random.Next(2, 5) : 1,
                Architecture = random.Next(3) == 0 ? "unet++" : "unet",
                Block = (Block)random.Next(2),
                Attention = random.Next(2) == 0,
            };
            var (classes, overlap) = (random.Next(1, 7), random.Next(3) == 0);
            var card = SavedModel.Card(classes, random.Next(1, 5), overlap) with { Threshold = 0.1 + 0.8 * random.NextDouble() };
            if (random.Next(2) == 0) card = card with { Temperatures = [.. Enumerable.Range(0, random.Next(2) == 0 ? 1 : card.Outputs).Select(_ => 0.3 + 2 * random.NextDouble())] };
            var half = random.Next(4) == 0;
            (int Height, int Width)? size = !half && random.Next(2) == 0 ? (random.Next(1, 40), random.Next(1, 40)) : null;
            long[] shape = size is var (height, width) ? [1, card.Channels, height, width] : [random.Next(1, 4), card.Channels, random.Next(1, 40), random.Next(1, 40)];

            using var model = SavedModel.Open(folder.File("a.safetensors"), config, card);
            File.WriteAllBytes(folder.File("a.onnx"), OnnxModel.Of(model, size, half).ToByteArray());
            using var run = new OnnxRun(folder.File("a.onnx"));
            var images = Numbers(Uniform(seed, shape));
            var parity = Parity.None(half ? Parity.HalfLimit : 1e-5).With(card, Prediction.Of(model, images, shape), run.Predict(images, shape), (int)(shape[2] * shape[3]));
            Assert.True(parity is { IsClose: true, Wrong: 0 }, $"seed {seed}: {parity}; {string.Join(" x ", shape)}, float16 {half}, {config}");
        }
    }
}
