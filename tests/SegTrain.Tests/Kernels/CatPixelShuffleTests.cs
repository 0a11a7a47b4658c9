using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Every width of vector against the definition, on memory that ends at a page that nobody may touch. Nothing is computed, so that all is equal.</summary>
public sealed unsafe class CatPixelShuffleTests
{
    /// <summary>Images, channels of the skip and of what is shuffled, height, width: every remainder of a vector, and more planes than a share has.</summary>
    public static TheoryData<int, int, int, int, int> Sizes =>
        new(((int, int, int, int, int)[])[.. Enumerable.Range(1, 35).Select(static width => (2, 3, 2, 3, width)), (3, 40, 20, 16, 16), (1, 0, 1, 2, 5), (1, 2, 0, 2, 5), (1, 1, 1, 90, 70)]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void It_is_the_skip_and_the_blocks(int images, int skipped, int shuffled, int height, int width)
    {
        var size = new JoinSize(images, skipped, shuffled, height, width);
        AssertJoined<Lanes16>(size);
        AssertJoined<Lanes8>(size);
        AssertJoined<Lanes4>(size);
    }

    /// <summary>The kernel as it is called, whatever vectors this machine has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_bits_do_not_depend_on_the_threads(int threads)
    {
        var size = new JoinSize(2, 5, 7, 30, 33);
        using GuardedMemory<float> skip = new(2 * 5 * 60 * 66), blocks = new(2 * 7 * 60 * 66), y = new(2 * 12 * 60 * 66), dSkip = new(skip.Span.Length), dBlocks = new(blocks.Span.Length);
        Count(skip.Span, blocks.Span);
        fixed (float* ps = skip.Span, pb = blocks.Span, py = y.Span, pds = dSkip.Span, pdb = dBlocks.Span)
        {
            CatPixelShuffle.Forward(size, ps, pb, py, threads);
            CatPixelShuffle.Gradient(size, py, pds, pdb, threads);
        }
        AssertDefinition(size, skip.Span, blocks.Span, y.Span);
        Assert.Equal(skip.Span, dSkip.Span);
        Assert.Equal(blocks.Span, dBlocks.Span);
    }

    private static void AssertJoined<TLanes>(JoinSize size)
        where TLanes : struct, ILanes<TLanes>
    {
        var plane = size.Images * 4 * size.Height * size.Width;
        using GuardedMemory<float> skip = new(plane * size.Skipped), blocks = new(plane * size.Shuffled), y = new(plane * (size.Skipped + size.Shuffled));
        using GuardedMemory<float> dSkip = new(skip.Span.Length), dBlocks = new(blocks.Span.Length), skipAlone = new(skip.Span.Length), blocksAlone = new(blocks.Span.Length);
        Count(skip.Span, blocks.Span);
        fixed (float* ps = skip.Span, pb = blocks.Span, py = y.Span, pds = dSkip.Span, pdb = dBlocks.Span, psa = skipAlone.Span, pba = blocksAlone.Span)
        {
            CatPixelShuffleWalk<TLanes>.Forward(size, ps, pb, py, threads: 2);
            CatPixelShuffleWalk<TLanes>.Gradient(size, py, pds, pdb, threads: 2);
            CatPixelShuffleWalk<TLanes>.Gradient(size, py, psa, null, threads: 2);
            CatPixelShuffleWalk<TLanes>.Gradient(size, py, null, pba, threads: 2);
        }
        AssertDefinition(size, skip.Span, blocks.Span, y.Span);
        // The way back of what only moves.
        Assert.Equal(skip.Span, dSkip.Span);
        Assert.Equal(skip.Span, skipAlone.Span);
        Assert.Equal(blocks.Span, dBlocks.Span);
        Assert.Equal(blocks.Span, blocksAlone.Span);
    }

    private static void AssertDefinition(JoinSize size, ReadOnlySpan<float> skip, ReadOnlySpan<float> blocks, ReadOnlySpan<float> y)
    {
        var (channels, height, width) = (size.Skipped + size.Shuffled, 2 * size.Height, 2 * size.Width);
        for (var i = 0; i < y.Length; i++)
        {
            var (n, c, row, column) = (i / width / height / channels, i / width / height % channels, i / width % height, i % width);
            var block = 4 * (c - size.Skipped) + 2 * (row % 2) + column % 2;
            Assert.Equal(c < size.Skipped
                ? skip[((n * size.Skipped + c) * height + row) * width + column]
                : blocks[((n * 4 * size.Shuffled + block) * size.Height + row / 2) * size.Width + column / 2], y[i]);
        }
    }

    // No two alike, and one that is no number.
    private static void Count(Span<float> skip, Span<float> blocks)
    {
        for (var i = 0; i < skip.Length; i++) skip[i] = i == 1 ? float.NaN : -i - 1;
        for (var i = 0; i < blocks.Length; i++) blocks[i] = i == 1 ? float.NaN : i;
    }
}
