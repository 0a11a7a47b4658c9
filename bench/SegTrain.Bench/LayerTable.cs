using System.Diagnostics;
using SegTrain.Core.Engine;
using SegTrain.Kernels;
using Serilog.Core;
using static TorchSharp.torch;

namespace SegTrain.Bench;

/// <summary>
/// The 3x3 convolutions of a U-Net of width 16 and depth 4, each way of computing them against LibTorch's by oneDNN, in turn. A ratio is LibTorch's time over ours of
/// the same round: above 1 ours is faster. Beside it the rate in 10^9 operations a second, a direct sum's operations taken for both ways.
/// </summary>
internal static unsafe class LayerTable
{
    // A measurement takes this long at least.
    private const double Milliseconds = 20;

    /// <param name="options"><c>--rounds N</c>, <c>--batch N</c>, <c>--size S</c>, <c>--width W</c>, <c>--depth D</c>.</param>
    public static int Run(Options options)
    {
        var (rounds, batch, side) = (options.Number("--rounds", 5), options.Number("--batch", 8), options.Number("--size", 128));
        var (width, depth) = (options.Number("--width", 16), options.Number("--depth", 4));
        var threads = TorchEngine.Start(Logger.None).Threads;
        LibTorchContext.Loaded?.UseOneDnn(true);
        Console.WriteLine($"3x3 convolutions, {threads} threads; ms, median of {rounds} rounds; (LibTorch's time / ours of one round); GFLOP/s\n");
        Console.WriteLine("| C, D, H x W | | LibTorch | direct | Winograd |\n|---|---|---|---|---|");
        foreach (var size in Sizes(batch, side, width, depth).Distinct()) Print(size, rounds);
        return 0;
    }

    private static IEnumerable<ConvolutionSize> Sizes(int batch, int side, int width, int depth)
    {
        for (var level = 0; level <= depth; level++)
        {
            var (channels, here) = (width << level, side >> level);
            yield return new(batch, level == 0 ? 3 : channels / 2, channels, here, here);
            yield return new(batch, channels, channels, here, here);
            if (level < depth) yield return new(batch, 2 * channels, channels, here, here);
        }
    }

    private static void Print(ConvolutionSize size, int rounds)
    {
        using var scope = NewDisposeScope();
        var x = empty([size.Images, size.Inputs, size.Height, size.Width]).normal_().requires_grad_();
        var weight = empty([size.Outputs, size.Inputs, 3, 3]).normal_().requires_grad_();
        var g = empty([size.Images, size.Outputs, size.Height, size.Width]).normal_();
        using Floats px = new(x), pw = new(weight), pg = new(g), py = new(empty_like(g)), pdx = new(empty_like(x)), pdw = new(empty_like(weight));
        var turned = size with { Inputs = size.Outputs, Outputs = size.Inputs };

        Row("forward", () => LibTorch(x.detach(), weight.detach()), () =>
        {
            using var packed = PackedWeights.Of(pw.At, size.Inputs, size.Outputs);
            Convolution3x3.Walk(size, px.At, packed, null, false, py.At);
        }, () =>
        {
            using var transformed = new WinogradWeights(pw.At, size.Inputs, size.Outputs, turned: false);
            Convolution3x3.Walk(size, px.At, transformed, null, false, py.At);
        });
        Row("by input", () => LibTorchGradient(x, weight.detach()), () =>
        {
            using var packed = PackedWeights.Turned(pw.At, size.Inputs, size.Outputs);
            Convolution3x3.Walk(turned, pg.At, packed, null, false, pdx.At);
        }, () =>
        {
            using var transformed = new WinogradWeights(pw.At, size.Outputs, size.Inputs, turned: true);
            Convolution3x3.Walk(turned, pg.At, transformed, null, false, pdx.At);
        });
        Row("by weights", () => LibTorchGradient(x.detach(), weight), () => Convolution3x3.DirectWeightGradient(size, px.At, pg.At, pdw.At),
            () => Convolution3x3.WinogradWeightGradient(size, px.At, pg.At, pdw.At));

        Tensor LibTorch(Tensor images, Tensor kernels) => nn.functional.conv2d(images, kernels, padding: [1, 1]);

        // Without the way forth, which is timed by itself.
        TimeSpan LibTorchGradient(Tensor images, Tensor kernels)
        {
            using var inner = NewDisposeScope();
            var y = LibTorch(images, kernels);
            var clock = Stopwatch.StartNew();
            y.backward([g]);
            return clock.Elapsed;
        }

        void Row(string what, Func<object> libTorch, params Action[] ours)
        {
            var operations = 18.0 * size.Images * size.Inputs * size.Outputs * size.Height * size.Width;
            var (theirs, times) = (new List<double>(), ours.Select(static _ => new List<double>()).ToArray());
            for (var round = -1; round < rounds; round++)
            {
                var their = Time(libTorch);
                var here = ours.Select(one => Time(() => { one(); return one; })).ToArray();
                if (round < 0) continue;
                theirs.Add(their);
                for (var i = 0; i < here.Length; i++) times[i].Add(here[i]);
            }
            Console.WriteLine($"| {size.Inputs}, {size.Outputs}, {size.Height} x {size.Width} | {what} | {Rate(theirs)} | "
                + string.Join(" | ", times.Select(list => $"{Rate(list)} ({Table.Spread([.. theirs.Zip(list, static (their, our) => their / our)], "F2")})")) + " |");

            string Rate(List<double> list) => $"{Table.Median(list):F2}, {operations / Table.Median(list) / 1e6:F0}";
        }
    }

    private static double Time(Func<object> work)
    {
        var (clock, runs, told) = (Stopwatch.StartNew(), 0, TimeSpan.Zero);
        while (clock.Elapsed.TotalMilliseconds < Milliseconds || runs < 3)
        {
            using var scope = NewDisposeScope();
            if (work() is TimeSpan part) told += part;
            runs++;
        }
        return (told > TimeSpan.Zero ? told : clock.Elapsed).TotalMilliseconds / runs;
    }

    /// <summary>A tensor's numbers, which lie where they are as long as it lives.</summary>
    private sealed class Floats(Tensor tensor) : IDisposable
    {
        public float* At { get; } = (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(tensor.bytes));

        public void Dispose() => GC.KeepAlive(tensor);
    }
}
