using SegTrain.Core.Predict;

namespace SegTrain.Tests.Core.Predict;

public sealed class TilingTests
{
    [Fact]
    public void A_short_side_is_one_tile_of_its_own_length()
    {
        var tiling = new Tiling(100, 256, 2);
        Assert.Equal(100, tiling.Size);
        Assert.Equal([0], tiling.Starts);
        Assert.All(tiling.Sums, static sum => Assert.Equal(1, sum));
    }

    // 10 pixels in tiles of 4: (10 - 4) / 2 = 3 steps, each of 2.
    [Fact]
    public void Tiles_overlap_by_half() => Assert.Equal([0, 2, 4, 6], new Tiling(10, 4, 1).Starts);

    // 75 pixels in tiles of 32 by a stride of 8: 43 in steps of 16 are 3; a third is 14.3, two thirds 28.7, and up to multiples of 8.
    [Fact]
    public void Tiles_begin_at_multiples_of_the_stride_and_the_last_ends_with_the_side()
    {
        var tiling = new Tiling(75, 32, 8);
        Assert.Equal([0, 16, 32, 48], tiling.Starts);
        Assert.Equal([32, 32, 32, 27], Enumerable.Range(0, 4).Select(tiling.SizeOf));
    }

    [Theory]
    [InlineData(20_000, 512, 16)]
    [InlineData(1001, 64, 16)]
    [InlineData(65, 64, 16)]
    [InlineData(129, 64, 32)]
    [InlineData(500, 16, 16)]
    public void Every_pixel_is_seen_and_none_from_beyond_the_end(int length, int tile, int stride)
    {
        var tiling = new Tiling(length, tile, stride);
        Assert.Equal((0, length), (tiling.Starts[0], tiling.Starts[^1] + tiling.SizeOf(tiling.Starts.Count - 1)));
        Assert.All(tiling.Starts, start => Assert.Equal(0, start % stride));
        Assert.All(tiling.Starts.Zip(tiling.Starts.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, (tile / 2) + stride));
        Assert.All(tiling.Sums, static sum => Assert.True(sum > 0));
    }

    // The deviation is an eighth of 8 = 1, the middle 3.5: exp(-3.5^2 / 2) = 0.0021875, exp(-0.5^2 / 2) = 0.8824969.
    [Fact]
    public void Weights_are_a_bell()
    {
        var weights = new Tiling(9, 8, 1).WeightsOf(0);
        Assert.Equal(0.0021875f, weights[0], 1e-6f);
        Assert.Equal(0.8824969f, weights[3], 1e-6f);
        Assert.Equal(weights[3], weights[4]);
    }
}
