using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Against plain sums in float64.</summary>
public sealed class RegionSumsTests
{
    // Two spans and every remainder of a vector, of a step and of a block.
    public static TheoryData<int> Pixels => [0, .. Enumerable.Range(1, 70), 1023, 1024, 1025, 16383, 16384, 16385, 33333];

    [Theory]
    [MemberData(nameof(Pixels))]
    public void They_are_the_plain_sums(int pixels)
    {
        foreach (var (images, classes, first, ignored) in ((int, int, int, int?)[])[(1, 1, 1, null), (2, 1, 1, 255), (2, 5, 0, 255), (1, 3, 0, 2), (3, 2, 0, null)])
        {
            var shape = new RegionShape(images, classes, pixels, first, ignored);
            var random = new Random(pixels);
            var p = Values(random, images * classes * pixels);
            var labels = Enumerable.Range(0, images * pixels).Select(_ => (byte)(random.Next(5) == 0 ? ignored ?? 1 : random.Next(first + classes))).ToArray();
            var expected = Plain(p, labels, shape);
            AssertSums(expected, shape, Run(p, labels, shape));
            AssertSums(expected, shape, Run(p, [.. labels.Select(static label => (long)label)], shape));
        }
    }

    [Theory]
    [MemberData(nameof(Pixels))]
    public void The_gradient_is_that_of_the_formula(int pixels)
    {
        var shape = new RegionShape(2, 3, pixels, 0, 255);
        var random = new Random(pixels);
        var labels = Enumerable.Range(0, 2 * pixels).Select(_ => (byte)(random.Next(5) == 0 ? 255 : random.Next(3))).ToArray();
        var (overlap, prediction) = (Values(random, 6), Values(random, 6));
        var expected = Enumerable.Range(0, 6 * pixels).Select(i =>
        {
            var (row, label) = (i / pixels, labels[(i / pixels / 3 * pixels) + (i % pixels)]);
            return (label == row % 3 ? overlap[row] : 0) + (label == 255 ? 0 : prediction[row]);
        }).ToArray();
        var p = new float[6 * pixels];
        RegionSums.Gradient<byte>(labels, shape, overlap, prediction, p, threads: 2);
        Assert.Equal(expected, p);
        RegionSums.Gradient<long>([.. labels.Select(static label => (long)label)], shape, overlap, prediction, p, threads: 1);
        Assert.Equal(expected, p);
    }

    [Fact]
    public void By_hand()
    {
        var (overlap, prediction, target, counted) = Run<byte>([0.1f, 0.2f, 0.3f, 0.4f], [0, 1, 0, 9], new(1, 1, 4, 0, 9));
        Assert.Equal(0.4f, overlap[0], 1e-7f);
        Assert.Equal(0.6f, prediction[0], 1e-7f);
        Assert.Equal((2, 3), (target[0], counted[0]));
    }

    /// <summary>The process ends where one does.</summary>
    [Fact]
    public void Nothing_behind_the_numbers_is_touched()
    {
        for (var pixels = 1; pixels < 100; pixels++)
        {
            var shape = new RegionShape(1, 2, pixels, 0, 255);
            using GuardedMemory<float> p = new(2 * pixels), sums = new(2);
            using GuardedMemory<byte> bytes = new(pixels);
            using GuardedMemory<long> numbers = new(pixels);
            RegionSums.Sum<byte>(p.Span, bytes.Span, shape, sums.Span, new float[2], new float[2], new float[1], 1);
            RegionSums.Sum<long>(p.Span, numbers.Span, shape, sums.Span, new float[2], new float[2], new float[1], 1);
            RegionSums.Gradient<byte>(bytes.Span, shape, sums.Span, sums.Span, p.Span, 1);
            RegionSums.Gradient<long>(numbers.Span, shape, sums.Span, sums.Span, p.Span, 1);
        }
    }

    /// <summary>A NaN of class 1 of three, where the label is 1, 0 or ignored.</summary>
    [Theory]
    [InlineData(1, true, true)]
    [InlineData(0, false, true)]
    [InlineData(9, false, false)]
    public void Not_a_number_is_passed_on_where_it_counts(int label, bool inOverlap, bool inPrediction)
    {
        const int Count = 1000;
        foreach (var at in (int[])[0, 7, 500, 991, 999])
        {
            var p = Enumerable.Repeat(0.5f, 3 * Count).ToArray();
            p[Count + at] = float.NaN;
            var labels = Enumerable.Repeat((byte)2, Count).ToArray();
            labels[at] = (byte)label;
            var (overlap, prediction, _, _) = Run<byte>(p, labels, new(1, 3, Count, 0, 9));
            Assert.Equal([false, inOverlap, false], overlap.Select(float.IsNaN));
            Assert.Equal([false, inPrediction, false], prediction.Select(float.IsNaN));
        }
    }

    /// <summary>What is added between 1e20 and -1e20 is lost, so that another order of the parts has another sum.</summary>
    [Fact]
    public void The_bits_do_not_depend_on_the_threads()
    {
        const int Count = 200_001;
        var shape = new RegionShape(2, 3, Count, 0, 255);
        var random = new Random(1);
        var p = Values(random, 2 * 3 * Count);
        for (var row = 0; row < 6; row++) (p[(row * Count) + 40_000], p[(row * Count) + 120_000]) = (1e20f, -1e20f);
        var labels = Enumerable.Range(0, 2 * Count).Select(_ => (byte)random.Next(3)).ToArray();
        var alone = Run<byte>(p, labels, shape, threads: 1);
        foreach (var threads in (int[])[2, 3, 7])
        {
            var shared = Run<byte>(p, labels, shape, threads);
            Assert.Equal(alone.Overlap, shared.Overlap);
            Assert.Equal(alone.Prediction, shared.Prediction);
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(static () => Run<byte>(new float[8], new byte[5], new(1, 2, 4)));
        Assert.Throws<ArgumentException>(static () => RegionSums.Gradient<byte>(new byte[4], new(1, 2, 4), new float[1], new float[2], new float[8], 1));
        Assert.Throws<ArgumentException>(static () => RegionSums.Gradient<byte>(new byte[4], new(1, 2, 4), new float[2], new float[1], new float[8], 1));
    }

    private static float[] Values(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];

    private static (float[] Overlap, float[] Prediction, float[] Target, float[] Counted) Run<T>(
        ReadOnlySpan<float> p, ReadOnlySpan<T> labels, RegionShape shape, int threads = 2)
        where T : unmanaged
    {
        var rows = shape.Images * shape.Classes;
        var (overlap, prediction, target, counted) = (new float[rows], new float[rows], new float[rows], new float[shape.Images]);
        RegionSums.Sum(p, labels, shape, overlap, prediction, target, counted, threads);
        return (overlap, prediction, target, counted);
    }

    private static (double[] Overlap, double[] Prediction, float[] Target, float[] Counted) Plain(float[] p, byte[] labels, RegionShape shape)
    {
        var rows = shape.Images * shape.Classes;
        var (overlap, prediction, target, counted) = (new double[rows], new double[rows], new float[rows], new float[shape.Images]);
        for (var i = 0; i < p.Length; i++)
        {
            var (row, image) = (i / shape.Pixels, i / shape.Pixels / shape.Classes);
            var label = labels[(image * shape.Pixels) + (i % shape.Pixels)];
            if (label == shape.Ignored) continue;
            prediction[row] += p[i];
            if (row % shape.Classes == 0) counted[image]++;
            if (label != shape.First + (row % shape.Classes)) continue;
            overlap[row] += p[i];
            target[row]++;
        }
        return (overlap, prediction, target, counted);
    }

    // Up to 32 additions of a lane and 5 of the lanes, each good for 2^-24 at most.
    private static void AssertSums((double[] Overlap, double[] Prediction, float[] Target, float[] Counted) expected, RegionShape shape, (float[] Overlap, float[] Prediction, float[] Target, float[] Counted) made)
    {
        const double Rounding = 37.0 / (1 << 24);
        Assert.Equal(expected.Target, made.Target);
        Assert.Equal(expected.Counted, made.Counted);
        for (var row = 0; row < shape.Images * shape.Classes; row++)
        {
            Assert.Equal(expected.Overlap[row], made.Overlap[row], Rounding * expected.Overlap[row]);
            Assert.Equal(expected.Prediction[row], made.Prediction[row], Rounding * expected.Prediction[row]);
        }
    }
}
