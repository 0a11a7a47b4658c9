using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Against plain loops, with every remainder of vectors and stretches, on memory that ends where the numbers do.</summary>
public sealed unsafe class ClassTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 7)]
    [InlineData(2, 3, 16)]
    [InlineData(3, 11, 2049)]
    [InlineData(2, 256, 33)]
    [InlineData(1, 5, 70_001)]
    public void The_largest_plane(int images, int planes, int pixels)
    {
        var random = new Random(planes);
        // Few values, so that many are equal, and some that are no numbers.
        var x = Enumerable.Range(0, images * planes * pixels).Select(_ => random.Next(40) == 0 ? float.NaN : random.Next(50) == 0 ? float.NegativeInfinity : random.Next(6)).ToArray();
        using var logits = new GuardedMemory<float>(x.Length);
        using var classes = new GuardedMemory<byte>(images * pixels);
        x.CopyTo(logits.Span);
        foreach (var threads in (ReadOnlySpan<int>)[1, 2, 3, 8])
        {
            fixed (float* from = logits.Span)
            fixed (byte* to = classes.Span) ClassOfPixel.Largest(images, planes, pixels, from, to, threads);
            for (var i = 0; i < images * pixels; i++)
            {
                var column = Enumerable.Range(0, planes).Select(c => x[(((i / pixels * planes) + c) * pixels) + (i % pixels)]).ToArray();
                var wanted = Array.FindIndex(column, float.IsNaN) is >= 0 and var first ? first : Array.IndexOf(column, column.Max());
                Assert.Equal(wanted, classes.Span[i]);
            }
        }
    }

    [Fact]
    public void What_exceeds_a_limit()
    {
        float[] x = [-1, 0, float.Epsilon, 1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f, -0f];
        byte[] above = new byte[x.Length];
        fixed (float* from = x)
        fixed (byte* to = above) ClassOfPixel.Above(x.Length, 0, from, to, 2);
        Assert.Equal([0, 0, 1, 1, 0, 1, 0, 1, 0], above);
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(11, 200_001)]
    public void Cells_are_counted(int columns, int count)
    {
        var random = new Random(count);
        var truth = Enumerable.Range(0, count).Select(_ => random.Next(5) == 0 ? (byte)255 : (byte)random.Next(columns)).ToArray();
        var found = Enumerable.Range(0, count).Select(_ => (byte)random.Next(columns)).ToArray();
        var wanted = new long[columns * columns];
        for (var i = 0; i < count; i++)
        {
            if (truth[i] != 255) wanted[(truth[i] * columns) + found[i]]++;
        }
        foreach (var threads in (ReadOnlySpan<int>)[1, 2, 3, 8])
        {
            var cells = new long[columns * columns];
            fixed (byte* t = truth, f = found)
            fixed (long* c = cells) ClassCells.Add(count, columns, 255, t, f, c, threads);
            Assert.Equal(wanted, cells);
        }
    }
}
