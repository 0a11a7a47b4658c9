using SegTrain.Core.Images;
using SegTrain.Core.Predict;
using SegTrain.Tests.Support;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Predict;

public sealed class TiledImageTests : IDisposable
{
    // Twice two 3x3 convolutions and two at half the size: no pixel sees farther.
    private const int Reach = 14;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(2, true)]
    public void An_image_that_fits_is_what_the_net_says(int classes, bool overlap)
    {
        using var ensemble = Ensemble.Open([TrainedFile.Write(_folder.Path, classes: classes, overlap: overlap)], CPU);
        var (image, answer) = (Picture(37, 23), new Kept());
        Run(image, 64, ensemble, new(), answer);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var scores = ensemble.Answer(ModelInput.Of(image, 3, CPU), Tta.None, 37, 23);
        Assert.Equal(scores.Classes(0.5).bytes.ToArray(), answer.Classes);
        Assert.Equal(scores.Probabilities.data<float>().ToArray(), answer.Probabilities);
        Assert.Equal([(0, 23)], answer.Pieces);
    }

    /// <summary>A tile is wrong only near its border within the image, and counts there no more than its weight.</summary>
    [Fact]
    public void Tiles_differ_from_the_whole_by_their_weight_near_borders_at_most()
    {
        const int Width = 150, Height = 131, Tile = 64;
        using var ensemble = Ensemble.Open([TrainedFile.Write(_folder.Path)], CPU);
        var image = Picture(Width, Height);
        var (whole, tiled) = (new Kept(), new Kept());
        Run(image, Width, ensemble, new(), whole);
        Run(image, Tile, ensemble, new(), tiled);
        var (down, across) = (Doubt(Height, Tile), Doubt(Width, Tile));
        Assert.All(Enumerable.Range(0, Width * Height), pixel =>
            Assert.InRange(Math.Abs(whole.Probabilities[pixel] - tiled.Probabilities[pixel]), 0, 1 - ((1 - down[pixel / Width]) * (1 - across[pixel % Width])) + 1e-4));
        Assert.True(Enumerable.Range(0, Width * Height).Count(pixel => down[pixel / Width] < 0.01 && across[pixel % Width] < 0.01) > Width * Height / 4, "nothing was compared");
        Assert.Equal(Height, tiled.Pieces.Sum(static piece => piece.Count));
        Assert.True(tiled.Pieces.Count > 2, "all rows came at once");
    }

    [Fact]
    public void Views_and_several_models_are_averaged()
    {
        string[] files = [TrainedFile.Write(_folder.File("a"), seed: 1), TrainedFile.Write(_folder.File("b"), seed: 2)];
        using var both = Ensemble.Open(files, CPU);
        var (image, together) = (Picture(20, 12), new Kept());
        Run(image, 64, both, new() { Tta = Tta.Turns }, together);
        var sum = new double[20 * 12];
        foreach (var file in files)
        {
            using var one = Ensemble.Open([file], CPU);
            using var gradients = no_grad();
            using var scope = NewDisposeScope();
            foreach (var view in View.Of(Tta.Turns))
            {
                var seen = view.Apply(ModelInput.Of(image, 3, CPU));
                var said = view.Undo(one.Answer(seen, Tta.None, (int)seen.shape[3], (int)seen.shape[2]).Probabilities).contiguous().data<float>().ToArray();
                for (var i = 0; i < sum.Length; i++) sum[i] += said[i] / 16;
            }
        }
        Assert.All(sum.Zip(together.Probabilities), static pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void The_threshold_decides()
    {
        using var ensemble = Ensemble.Open([TrainedFile.Write(_folder.Path)], CPU);
        var answer = new Kept();
        Run(Picture(32, 32), 64, ensemble, new() { Threshold = 0.3 }, answer);
        Assert.Contains((byte)1, answer.Classes);
        Assert.All(answer.Probabilities.Zip(answer.Classes).Where(static pair => Math.Abs(pair.First - 0.3) > 1e-6), static pair => Assert.Equal(pair.First > 0.3, pair.Second == 1));
    }

    [Fact]
    public void Temperatures_divide_logits()
    {
        using var plain = Ensemble.Open([TrainedFile.Write(_folder.File("a"))], CPU);
        using var cooled = Ensemble.Open([TrainedFile.Write(_folder.File("b"), card: static card => card with { Temperatures = [2] })], CPU);
        var (image, hot, cold) = (Picture(16, 16), new Kept(), new Kept());
        Run(image, 64, plain, new(), hot);
        Run(image, 64, cooled, new(), cold);
        // logit(p) / 2.
        Assert.All(hot.Probabilities.Zip(cold.Probabilities).Where(static pair => pair.First is > 0.001f and < 0.999f), static pair => Assert.Equal(1 / (1 + Math.Sqrt((1 - pair.First) / pair.First)), pair.Second, 1e-4));
    }

    /// <summary>The share of a pixel's weights that comes from tiles with a border within reach, other than the image's own.</summary>
    private static double[] Doubt(int length, int tile)
    {
        var tiling = new Tiling(length, tile, stride: 2);
        var doubt = new double[length];
        for (var i = 0; i < tiling.Starts.Count; i++)
        {
            var (start, size) = (tiling.Starts[i], tiling.SizeOf(i));
            for (var x = 0; x < size; x++)
            {
                if ((x < Reach && start > 0) || (x >= size - Reach && start + size < length)) doubt[start + x] += tiling.WeightsOf(i)[x] / tiling.Sums[start + x];
            }
        }
        return doubt;
    }

    private static PixelImage Picture(int width, int height)
    {
        var image = PixelImage.Allocate(width, height, 3, 8);
        new Random(width).NextBytes(image.Samples);
        return image;
    }

    private static void Run(PixelImage image, int tile, Ensemble ensemble, PredictSettings settings, Kept answer)
    {
        var header = new ImageHeader { Format = ImageFormat.Png, StoredWidth = image.Width, StoredHeight = image.Height, Channels = image.Channels, Bits = image.Bits };
        answer.Width = image.Width;
        using var tiled = new TiledImage(header, tile, ensemble, settings, [answer], new Progress<double>(), default);
        Resample.Feed(image.Samples, image.Stride, tiled);
    }

    public void Dispose() => _folder.Dispose();

    private sealed class Kept : IPredictionSink
    {
        private readonly List<byte> _classes = [];
        private readonly List<float> _probabilities = [];

        public int Width { get; set; }

        public bool WantsProbabilities => true;

        public List<(int Top, int Count)> Pieces { get; } = [];

        public byte[] Classes => [.. _classes];

        public float[] Probabilities => [.. _probabilities];

        public void Write(PredictedRows rows)
        {
            Assert.Equal(Pieces.Sum(static piece => piece.Count), rows.Top);
            Pieces.Add((rows.Top, rows.Count));
            _classes.AddRange(rows.Classes);
            _probabilities.AddRange(rows.Probabilities);
        }

        public void Complete()
        {
        }

        public void Dispose()
        {
        }
    }
}
