using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Every width of vector against the definition, on memory that ends at a page that nobody may touch. Nothing is rounded, so that all is equal.</summary>
public sealed unsafe class MaxPool2x2Tests
{
    /// <summary>Rows and width of the result: every remainder of a vector, and more rows than a share has.</summary>
    public static TheoryData<int, int> Sizes =>
        new(((int, int)[])[.. Enumerable.Range(1, 35).Select(static width => (5, width)), (300, 64), (4100, 3), (1, 1), (0, 8)]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void It_is_the_first_of_the_largest(int rows, int width)
    {
        AssertLargest<Lanes16>(rows, width);
        AssertLargest<Lanes8>(rows, width);
        AssertLargest<Lanes4>(rows, width);
    }

    /// <summary>The kernel as it is called, whatever vectors this machine has.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_bits_do_not_depend_on_the_threads(int threads)
    {
        const int Rows = 999, Width = 53;
        var x = Numbers(new Random(threads), 4 * Rows * Width);
        var (y, places, dx) = (new float[Rows * Width], new byte[Rows * Width], new float[x.Length]);
        fixed (float* px = x, py = y, pdx = dx)
        fixed (byte* at = places)
        {
            MaxPool2x2.Forward(Rows, Width, px, py, at, threads);
            MaxPool2x2.Gradient(Rows, Width, py, at, pdx, threads);
        }
        AssertDefinition(Width, x, y, places, y, dx);
    }

    private static void AssertLargest<TLanes>(int rows, int width)
        where TLanes : struct, ILanes<TLanes>
    {
        var random = new Random(width);
        using GuardedMemory<float> x = new(4 * rows * width), y = new(rows * width), alone = new(rows * width), g = new(rows * width), dx = new(4 * rows * width);
        using GuardedMemory<byte> places = new(rows * width);
        Numbers(random, x.Span.Length).CopyTo(x.Span);
        Numbers(random, g.Span.Length).CopyTo(g.Span);
        dx.Span.Fill(7);
        fixed (float* px = x.Span, py = y.Span, pa = alone.Span, pg = g.Span, pdx = dx.Span)
        fixed (byte* at = places.Span)
        {
            MaxPoolWalk<TLanes>.Forward(rows, width, px, py, at, threads: 2);
            MaxPoolWalk<TLanes>.Forward(rows, width, px, pa, null, threads: 2);
            MaxPoolWalk<TLanes>.Gradient(rows, width, pg, at, pdx, threads: 2);
        }
        AssertDefinition(width, x.Span, y.Span, places.Span, g.Span, dx.Span);
        Assert.Equal(y.Span, alone.Span);
    }

    private static void AssertDefinition(int width, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<byte> places, ReadOnlySpan<float> g, ReadOnlySpan<float> dx)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var first = i / width * 4 * width + i % width * 2;
            int[] block = [first, first + 1, first + 2 * width, first + 2 * width + 1];
            var largest = 0;
            for (var k = 1; k < 4; k++)
            {
                if (x[block[k]] > x[block[largest]] || float.IsNaN(x[block[k]])) largest = k;
            }
            Assert.Equal((x[block[largest]], (byte)largest), (y[i], places[i]));
            for (var k = 0; k < 4; k++) Assert.Equal(k == largest ? g[i] : 0, dx[block[k]]);
        }
    }

    // Few different ones, so that many are equal.
    private static float[] Numbers(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(40) switch { 0 => float.NaN, 1 => float.PositiveInfinity, 2 or 3 => float.NegativeInfinity, var n => n % 7 - 3.25f })];
}
