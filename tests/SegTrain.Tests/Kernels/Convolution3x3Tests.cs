using SegTrain.Kernels;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Kernels;

/// <summary>Every width of vector against plain sums in float64, on memory that ends at a page that nobody may touch.</summary>
public sealed unsafe class Convolution3x3Tests
{
    /// <summary>Images, inputs, outputs, height, width: less than a vector, remainders of all kinds, several bands, a single pixel.</summary>
    public static TheoryData<int, int, int, int, int> Sizes => new()
    {
        { 1, 1, 1, 1, 1 }, { 2, 3, 5, 2, 3 }, { 1, 5, 4, 7, 49 }, { 3, 2, 9, 13, 17 }, { 2, 17, 8, 16, 16 }, { 1, 300, 4, 9, 30 }, { 1, 33, 20, 40, 61 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Sixteen_lanes(int images, int inputs, int outputs, int height, int width) => AssertSums<Lanes16>(new(images, inputs, outputs, height, width));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Eight_lanes(int images, int inputs, int outputs, int height, int width) => AssertSums<Lanes8>(new(images, inputs, outputs, height, width));

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Four_lanes(int images, int inputs, int outputs, int height, int width) => AssertSums<Lanes4>(new(images, inputs, outputs, height, width));

    private static void AssertSums<TLanes>(ConvolutionSize size)
        where TLanes : struct, ILanes<TLanes>
    {
        var (plane, random) = (size.Height * size.Width, new Random(3));
        using GuardedMemory<float> x = new(size.Images * size.Inputs * plane), w = new(size.Outputs * size.Inputs * 9), g = new(size.Images * size.Outputs * plane);
        using GuardedMemory<float> bias = new(size.Outputs), y = new(g.Span.Length), dx = new(x.Span.Length), dw = new(w.Span.Length);
        using GuardedMemory<float> winogradY = new(g.Span.Length), winogradDx = new(x.Span.Length), winogradDw = new(w.Span.Length);
        foreach (var memory in (GuardedMemory<float>[])[x, w, g, bias])
        {
            foreach (ref var number in memory.Span) number = random.NextSingle() - 0.5f;
        }
        fixed (float* px = x.Span, pw = w.Span, pg = g.Span, pb = bias.Span, py = y.Span, pdx = dx.Span, pdw = dw.Span, pwy = winogradY.Span, pwdx = winogradDx.Span, pwdw = winogradDw.Span)
        {
            using var packed = PackedWeights.Of(pw, size.Inputs, size.Outputs);
            using var turned = PackedWeights.Turned(pw, size.Inputs, size.Outputs);
            DirectWalk<TLanes>.Run(size, px, packed, pb, true, py);
            DirectWalk<TLanes>.Run(size with { Inputs = size.Outputs, Outputs = size.Inputs }, pg, turned, null, false, pdx);
            DirectGradient<TLanes>.Run(size, px, pg, pdw);
            using var transformed = new WinogradWeights(pw, size.Inputs, size.Outputs, turned: false);
            using var transformedBack = new WinogradWeights(pw, size.Outputs, size.Inputs, turned: true);
            WinogradWalk<TLanes>.Run(size, px, transformed, pb, true, pwy);
            WinogradWalk<TLanes>.Run(size with { Inputs = size.Outputs, Outputs = size.Inputs }, pg, transformedBack, null, false, pwdx);
            WinogradGradient<TLanes>.Run(size, px, pg, pwdw);
        }

        var (wantedY, wantedDx, wantedDw) = (new double[y.Span.Length], new double[dx.Span.Length], new double[dw.Span.Length]);
        foreach (var (n, d, c, k, l) in from n in Enumerable.Range(0, size.Images)
                                        from d in Enumerable.Range(0, size.Outputs)
                                        from c in Enumerable.Range(0, size.Inputs)
                                        from k in Enumerable.Range(0, 3)
                                        from l in Enumerable.Range(0, 3)
                                        select (n, d, c, k, l))
        {
            var (image, result, weight) = ((n * size.Inputs + c) * plane, (n * size.Outputs + d) * plane, (d * size.Inputs + c) * 9 + k * 3 + l);
            for (var i = Math.Max(0, 1 - k); i < Math.Min(size.Height, size.Height + 1 - k); i++)
            {
                for (var j = Math.Max(0, 1 - l); j < Math.Min(size.Width, size.Width + 1 - l); j++)
                {
                    var (from, to) = (image + (i + k - 1) * size.Width + j + l - 1, result + i * size.Width + j);
                    wantedY[to] += (double)w.Span[weight] * x.Span[from];
                    wantedDx[from] += (double)w.Span[weight] * g.Span[to];
                    wantedDw[weight] += (double)x.Span[from] * g.Span[to];
                }
            }
        }
        for (var i = 0; i < wantedY.Length; i++) wantedY[i] = Math.Max(0, wantedY[i] + bias.Span[i / plane % size.Outputs]);
        AssertClose(wantedY, y.Span);
        AssertClose(wantedDx, dx.Span);
        AssertClose(wantedDw, dw.Span);
        AssertClose(wantedY, winogradY.Span);
        AssertClose(wantedDx, winogradDx.Span);
        AssertClose(wantedDw, winogradDw.Span);
    }

    private static void AssertClose(double[] wanted, ReadOnlySpan<float> found)
    {
        var room = 3e-6 * Math.Max(1, wanted.Max(Math.Abs));
        for (var i = 0; i < wanted.Length; i++) Assert.InRange(found[i] - wanted[i], -room, room);
    }
}
