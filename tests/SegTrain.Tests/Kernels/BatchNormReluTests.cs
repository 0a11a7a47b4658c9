using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Every width of vector against sums in float64, on memory that ends at a page that nobody may touch.</summary>
public sealed unsafe class BatchNormReluTests
{
    private const double Epsilon = 1e-5;

    /// <summary>Images, channels, pixels: every remainder of a vector, of four vectors and of a block of sums, and more planes than a share has.</summary>
    public static TheoryData<int, int, int> Sizes =>
        new(((int, int, int)[])[.. Enumerable.Range(1, 70).Select(static pixels => (2, 3, pixels)), (3, 2, 1023), (1, 2, 1024), (2, 2, 1025), (1, 1, 5000), (4, 300, 64), (2, 1, 20000)]);

    [Theory]
    [MemberData(nameof(Sizes))]
    public void It_is_the_plain_formula(int images, int channels, int pixels)
    {
        var size = new ChannelSize(images, channels, pixels);
        AssertFormula<Lanes16>(size, mean: 0);
        AssertFormula<Lanes8>(size, mean: 0);
        AssertFormula<Lanes4>(size, mean: 0);
    }

    /// <summary>Sums of squares about 0 would lose all of float's digits, and what float64 has left is little.</summary>
    [Fact]
    public void A_mean_far_from_0_costs_nothing()
    {
        var size = new ChannelSize(2, 3, 3333);
        AssertFormula<Lanes16>(size, mean: 4096);
        AssertFormula<Lanes8>(size, mean: 4096);
        AssertFormula<Lanes4>(size, mean: -4096);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Not_a_number_is_all_that_comes_of_one_in_the_channel(float value)
    {
        AssertPassedOn<Lanes16>(value);
        AssertPassedOn<Lanes8>(value);
        AssertPassedOn<Lanes4>(value);
    }

    /// <summary>Factor 2, mean 1, addend 0.</summary>
    [Fact]
    public void By_given_moments_each_pixel_is_alone()
    {
        AssertAlone<Lanes16>();
        AssertAlone<Lanes8>();
        AssertAlone<Lanes4>();
    }

    [Fact]
    public void The_bits_do_not_depend_on_the_threads()
    {
        var size = new ChannelSize(3, 5, 9001);
        var random = new Random(1);
        var (x, g) = (Numbers(random, size, 0), Numbers(random, size, 0));
        var alone = Run(1);
        foreach (var threads in (int[])[2, 3, 8]) Assert.Equal(alone, Run(threads));

        double[] Run(int threads)
        {
            var (y, dx) = (new float[x.Length], new float[x.Length]);
            fixed (float* px = x, pg = g, py = y, pdx = dx)
            {
                var moments = BatchNormRelu.Moments(size, px, threads);
                var lines = moments.Select(static channel => ChannelLine.Of(channel, Epsilon, 1.5f, 0.5f)).ToArray();
                BatchNormRelu.Forward(size, px, lines, py, threads);
                var sums = BatchNormRelu.Sums(size, px, pg, lines, threads);
                var slopes = sums.Select((sum, c) => ChannelSlope.Of(moments[c], Epsilon, lines[c], sum, size.Values)).ToArray();
                BatchNormRelu.InputGradient(size, px, pg, lines, slopes, pdx, threads);
                return [.. moments.SelectMany(static m => (double[])[m.Mean, m.Variance]), .. sums.SelectMany(static s => (double[])[s.Gradient, s.Distance]), .. y, .. dx];
            }
        }
    }

    private static void AssertFormula<TLanes>(ChannelSize size, float mean)
        where TLanes : struct, ILanes<TLanes>
    {
        var random = new Random(size.Pixels);
        using GuardedMemory<float> x = new((int)size.Planes * size.Pixels), g = new(x.Span.Length), y = new(x.Span.Length), dx = new(x.Span.Length);
        Numbers(random, size, mean).CopyTo(x.Span);
        Numbers(random, size, 0).CopyTo(g.Span);
        ChannelMoments[] moments;
        ChannelLine[] lines;
        ChannelSums[] sums;
        fixed (float* px = x.Span, pg = g.Span, py = y.Span, pdx = dx.Span)
        {
            moments = MomentsWalk<TLanes>.Run(size, px, threads: 2);
            lines = [.. moments.Select(static (channel, c) => ChannelLine.Of(channel, Epsilon, c - 1.25f, 0.25f))];
            BatchNormReluWalk<TLanes>.Forward(size, px, lines, py, threads: 2);
            sums = BatchNormReluWalk<TLanes>.Sums(size, px, pg, lines, threads: 2);
            var slopes = sums.Select((sum, c) => ChannelSlope.Of(moments[c], Epsilon, lines[c], sum, size.Values)).ToArray();
            BatchNormReluWalk<TLanes>.InputGradient(size, px, pg, lines, slopes, pdx, threads: 2);
        }

        for (var c = 0; c < size.Channels; c++)
        {
            var places = Enumerable.Range(0, size.Images).SelectMany(n => Enumerable.Range((n * size.Channels + c) * size.Pixels, size.Pixels)).ToArray();
            var center = places.Average(i => (double)x.Span[i]);
            var variance = places.Average(i => (x.Span[i] - center) * (x.Span[i] - center));
            Assert.Equal(center, moments[c].Mean, 1e-6 + Math.Abs(mean) * 1e-10);
            Assert.Equal(variance, moments[c].Variance, 1e-6);
            double Far(int i) => (x.Span[i] - center) / Math.Sqrt(variance + Epsilon);
            // Where rounding decides which side of 0 an output lies, its side is as good as the other.
            double Slope(int i) => y.Span[i] > 0 ? g.Span[i] : 0;
            var (ofShift, ofScale) = (places.Sum(Slope), places.Sum(i => Slope(i) * Far(i)));
            var room = 2e-6 * places.Sum(i => Math.Abs(Slope(i)) * (1 + Math.Abs(Far(i)))) + 1e-6;
            Assert.Equal(ofShift, sums[c].Gradient, room);
            Assert.Equal(ofScale, sums[c].OfScale(moments[c], Epsilon), room);
            var factor = (c - 1.25) / Math.Sqrt(variance + Epsilon);
            foreach (var i in places)
            {
                Assert.Equal(Math.Max(0, Far(i) * (c - 1.25) + 0.25), y.Span[i], 1e-5 * (1 + Math.Abs(c)));
                var wanted = factor * (Slope(i) - ofShift / places.Length - Far(i) * ofScale / places.Length);
                Assert.Equal(wanted, dx.Span[i], 1e-5 * Math.Abs(factor) * (1 + Math.Abs(Far(i))));
            }
        }
    }

    private static void AssertPassedOn<TLanes>(float value)
        where TLanes : struct, ILanes<TLanes>
    {
        foreach (var at in (int[])[0, 5, 1500, 2001])
        {
            var size = new ChannelSize(1, 2, 2002);
            var x = Numbers(new Random(at), size, 0);
            x[at] = value;
            var y = new float[x.Length];
            fixed (float* px = x, py = y)
            {
                var lines = MomentsWalk<TLanes>.Run(size, px, threads: 1).Select(static channel => ChannelLine.Of(channel, Epsilon, 1, 0)).ToArray();
                BatchNormReluWalk<TLanes>.Forward(size, px, lines, py, threads: 1);
            }
            Assert.All(y[..2002], static y => Assert.True(float.IsNaN(y)));
            Assert.All(y[2002..], static y => Assert.True(float.IsFinite(y)));
        }
    }

    private static void AssertAlone<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        float[] values = [1, 0, 2, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1.25f];
        float[] wanted = [0, 0, 2, float.NaN, float.PositiveInfinity, 0, 0.5f], wantedGradient = [0, 0, 6, 6, 6, 0, 6];
        // Through vectors and behind them.
        for (var length = 1; length < 50; length++)
        {
            var x = Enumerable.Range(0, length).Select(i => values[i % 7]).ToArray();
            var (g, y, dx) = (Enumerable.Repeat(3f, length).ToArray(), new float[length], new float[length]);
            fixed (float* px = x, pg = g, py = y, pdx = dx)
            {
                BatchNormReluWalk<TLanes>.Forward(new(1, 1, length), px, [new(1, 2, 0)], py, threads: 1);
                BatchNormReluWalk<TLanes>.InputGradient(new(1, 1, length), px, pg, [new(1, 2, 0)], null, pdx, threads: 1);
            }
            for (var i = 0; i < length; i++) Assert.Equal((wanted[i % 7], wantedGradient[i % 7]), (y[i], dx[i]));
        }
    }

    // Sixty-fourths, which a mean of some thousands leaves as they are.
    private static float[] Numbers(Random random, ChannelSize size, float mean) => [.. Enumerable.Range(0, (int)size.Planes * size.Pixels).Select(_ => mean + random.Next(-128, 129) / 64f)];
}
