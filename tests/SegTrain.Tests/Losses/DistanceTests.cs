using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Distance maps against the definition: every pixel with every other.</summary>
public sealed class DistanceTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(7, 5)]
    [InlineData(23, 31)]
    public void Squared_distances_are_exact(int height, int width)
    {
        var random = new Random(61);
        foreach (var rare in (int[])[1, 2, 10, 200])
        {
            var pixels = Enumerable.Range(0, height * width).Select(_ => random.Next(rare) == 0 ? (byte)1 : (byte)0).ToArray();
            pixels[random.Next(pixels.Length)] = 1;
            var (rowsAway, squared) = (new int[pixels.Length], new long[pixels.Length]);
            Assert.True(DistanceTransform.Columns(pixels, 1, width, rowsAway));
            for (var y = 0; y < height; y++)
            {
                var row = y * width;
                DistanceTransform.Row(rowsAway.AsSpan(row, width), squared.AsSpan(row, width), new int[width], new int[width]);
            }
            Assert.Equal(Enumerable.Range(0, pixels.Length).Select(i => Nearest(pixels, 1, width, i)!.Value), squared);
        }
    }

    [Fact]
    public void A_plane_without_a_marked_pixel_says_so() => Assert.False(DistanceTransform.Columns(new byte[12], 1, 4, new int[12]));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Signed_distances_are_to_the_other_side_whatever_the_threads(int threads)
    {
        const int Height = 19, Width = 26, Size = Height * Width, Planes = 5;
        var random = new Random(62);
        var sides = Enumerable.Range(0, Planes * Size).Select(_ => (byte)random.Next(3)).ToArray();
        // Planes with one side alone have no boundary; the next has one pixel of one side.
        sides.AsSpan(Size, Size).Fill(SignedDistance.Inside);
        sides.AsSpan(2 * Size, Size).Clear();
        sides.AsSpan(3 * Size, Size).Fill(SignedDistance.Neither);
        sides.AsSpan(4 * Size, Size).Fill(SignedDistance.Inside);
        sides[4 * Size + 77] = SignedDistance.Outside;
        var map = Enumerable.Repeat(double.NaN, sides.Length).ToArray();
        SignedDistance.Write<double>(sides, Height, Width, map, threads);
        for (var i = 0; i < sides.Length; i++)
        {
            Assert.Equal(Signed(sides.AsSpan(i / Size * Size, Size).ToArray(), Width, i % Size), map[i]);
        }
    }

    [Theory]
    [InlineData(SegmentationMode.Binary)]
    [InlineData(SegmentationMode.Multilabel)]
    [InlineData(SegmentationMode.Multiclass)]
    public void Prepared_maps_change_nothing(SegmentationMode mode)
    {
        var given = LossCase.Random(mode, seed: 63, ignored: true);
        var loss = LossExpression.Parse("boundary + hausdorff-dt + 0.1*dice").Build(given.Task);
        using var scope = NewDisposeScope();
        var maps = LossProbe.Distances(given.Task, given.Targets.Select(value => (byte)value), given.LogitsShape);
        var (logits, targets) = (given.LogitsTensor(ScalarType.Float32), given.TargetsTensor());
        var alone = loss.Compute(logits, targets).item<float>();
        Assert.Equal(alone, loss.Compute(logits, targets, distances: tensor(maps, given.LogitsShape)).item<float>());
        var twice = tensor([.. maps.Select(distance => distance * 2)], given.LogitsShape, float32);
        Assert.NotEqual(alone, loss.Compute(logits, targets, distances: twice).item<float>());
        Assert.Throws<LossException>(() => loss.Compute(logits, targets, distances: twice.narrow(3, 0, 1)));
    }

    [Fact]
    public void The_example_of_the_map_is_so()
    {
        var map = new float[5];
        new DistanceMap(new LossTask(SegmentationMode.Binary, 2)).Write([1, 0, 0, 255, 0], 5, map);
        Assert.Equal([-1, 1, 2, 0, 4], map);
    }

    [Fact]
    public void Maps_of_the_wrong_size_are_refused() => Assert.Throws<ArgumentException>(
        () => new DistanceMap(new LossTask(SegmentationMode.Multiclass, 3)).Write(new byte[6], 3, new float[17]));

    [Theory]
    [InlineData("boundary", true)]
    [InlineData("0.5*dice + 0.1*log-hausdorff-dt", true)]
    [InlineData("dice + cldice", false)]
    public void A_loss_says_whether_it_needs_them(string expression, bool needs) => Assert.Equal(
        needs, LossExpression.Parse(expression).Build(new LossTask(SegmentationMode.Binary, 2)).Distances is not null);

    private static double Signed(byte[] sides, int width, int at)
    {
        if (!sides.Contains(SignedDistance.Inside) || !sides.Contains(SignedDistance.Outside)) return 0;
        return sides[at] switch
        {
            SignedDistance.Outside => Math.Sqrt(Nearest(sides, SignedDistance.Inside, width, at)!.Value),
            SignedDistance.Inside => -Math.Sqrt(Nearest(sides, SignedDistance.Outside, width, at)!.Value),
            _ => 0,
        };
    }

    private static long? Nearest(byte[] pixels, byte mark, int width, int at) => Enumerable.Range(0, pixels.Length)
        .Where(i => pixels[i] == mark)
        .Min(i => (long?)((i % width - at % width) * (i % width - at % width) + (i / width - at / width) * (i / width - at / width)));
}
