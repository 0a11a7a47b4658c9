using SegTrain.Kernels;

namespace SegTrain.Tests.Kernels;

public sealed unsafe class WinogradTests
{
    /// <summary>Root mean squares over a layer as nets have them: images after a ReLU, He's weights; and with numbers of either sign.</summary>
    [Theory]
    [InlineData(16, true)]
    [InlineData(64, true)]
    [InlineData(200, true)]
    [InlineData(64, false)]
    public void Errors_are_at_most_three_times_those_of_direct_sums(int channels, bool relu)
    {
        var (size, random) = (new ConvolutionSize(1, channels, 8, 24, 24), new Random(channels));
        var x = Numbers(channels * 24 * 24, () => relu ? Math.Max(0, Normal()) : Normal());
        var w = Numbers(8 * channels * 9, () => Normal() * Math.Sqrt(2.0 / (9 * channels)));
        var (direct, winograd) = (new float[8 * 24 * 24], new float[8 * 24 * 24]);
        fixed (float* px = x, pw = w, pd = direct, pt = winograd)
        {
            using var packed = PackedWeights.Of(pw, channels, 8);
            using var transformed = new WinogradWeights(pw, channels, 8, turned: false);
            Convolution3x3.Walk(size, px, packed, null, false, pd);
            Convolution3x3.Walk(size, px, transformed, null, false, pt);
        }
        var (directSquares, winogradSquares) = (0.0, 0.0);
        for (var i = 0; i < direct.Length; i++)
        {
            var exact = Exact(i / 576, i / 24 % 24, i % 24);
            directSquares += (direct[i] - exact) * (direct[i] - exact);
            winogradSquares += (winograd[i] - exact) * (winograd[i] - exact);
        }
        Assert.InRange(Math.Sqrt(winogradSquares / directSquares), 0, 3);

        double Exact(int d, int row, int column)
        {
            var sum = 0.0;
            for (var c = 0; c < channels; c++)
            {
                for (var tap = 0; tap < 9; tap++)
                {
                    var (i, j) = (row + tap / 3 - 1, column + tap % 3 - 1);
                    if (i is >= 0 and < 24 && j is >= 0 and < 24) sum += (double)w[(d * channels + c) * 9 + tap] * x[(c * 24 + i) * 24 + j];
                }
            }
            return sum;
        }

        float[] Numbers(int count, Func<double> next) => [.. Enumerable.Range(0, count).Select(_ => (float)next())];

        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    /// <summary>Four sums of three neighbours, by six products: 1 2 3 4 5 6 with weights 1 10 100.</summary>
    [Fact]
    public void Transforms_come_to_the_sums()
    {
        var (d0, d1, d2, d3, d4, d5) = (One(1), One(2), One(3), One(4), One(5), One(6));
        WinogradTransform<Lanes4>.Input(ref d0, ref d1, ref d2, ref d3, ref d4, ref d5);
        var (g0, g1, g2, g3, g4, g5) = WinogradTransform<Lanes4>.Weights(One(1), One(10), One(100));
        var (m0, m1, m2, m3) = (Product(d0, g0), Product(d1, g1), Product(d2, g2), Product(d3, g3));
        WinogradTransform<Lanes4>.Output(ref m0, ref m1, ref m2, ref m3, Product(d4, g4), Product(d5, g5));
        float[] found = [First(m0), First(m1), First(m2), First(m3)];
        Assert.All(found.Zip([321f, 432, 543, 654]), static pair => Assert.Equal(pair.Second, pair.First, 1e-3f));

        static Lanes4 One(float value) => Lanes4.Broadcast(value);
        static Lanes4 Product(Lanes4 a, Lanes4 b) => Lanes4.MultiplyAdd(a, b, default);
        static float First(Lanes4 lanes) => lanes.Value[0];
    }

    [Fact]
    public void Rows_become_columns_in_every_stretch_of_four_lanes()
    {
        AssertTransposed<Lanes4>();
        AssertTransposed<Lanes8>();
        AssertTransposed<Lanes16>();
    }

    private static void AssertTransposed<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        var numbers = Enumerable.Range(0, 4 * TLanes.Count).Select(static i => (float)i).ToArray();
        var found = new float[numbers.Length];
        fixed (float* from = numbers, to = found)
        {
            var (a, b) = (TLanes.Load(from), TLanes.Load(from + TLanes.Count));
            var (c, d) = (TLanes.Load(from + 2 * TLanes.Count), TLanes.Load(from + 3 * TLanes.Count));
            TLanes.Transpose(ref a, ref b, ref c, ref d);
            a.Store(to);
            b.Store(to + TLanes.Count);
            c.Store(to + 2 * TLanes.Count);
            d.Store(to + 3 * TLanes.Count);
        }
        for (var i = 0; i < found.Length; i++)
        {
            var (row, lane) = int.DivRem(i, TLanes.Count);
            Assert.Equal(lane % 4 * TLanes.Count + lane / 4 * 4 + row, found[i]);
        }
    }
}
