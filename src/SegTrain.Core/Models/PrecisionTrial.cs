using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SegTrain.Core.Engine;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// Whether a CPU trains faster in float32, by kernels of ours, or in bfloat16, by LibTorch's: some steps of a small net in both, once a machine. What was
/// measured is kept in the user's cache, so that the same command trains in the same type tomorrow.
/// </summary>
internal static class PrecisionTrial
{
    private const int Steps = 3;

    // Closer than this is chance, and float32 is the more exact.
    private const double Gain = 1.1;

    /// <summary>The type that is quicker, and why; measured at the first call on a machine.</summary>
    /// <param name="cache">The user's cache; what cannot be kept there is measured anew.</param>
    public static (Precision Chosen, string Reason) Quicker(string cache)
    {
        var file = Path.Combine(cache, "segtrain", "precision.csv");
        var machine = $"{typeof(PrecisionTrial).Assembly.GetName().Version!.ToString(3)},{Processor().Replace(',', ' ')},{NativeEnvironment.Threads}";
        if (Kept(file, machine) is var (before, since)) return Verdict(before, since, "measured before");
        var (single, half) = (Time(float32), Time(bfloat16));
        Keep(file, machine, single, half);
        return Verdict(single, half, "measured now");
    }

    internal static (Precision Chosen, string Reason) Verdict(double single, double half, string when) => (
        single > Gain * half ? Precision.Bf16 : Precision.Fp32,
        string.Create(CultureInfo.InvariantCulture, $"a step of a small net takes {single:0} ms in fp32 and {half:0} ms in bf16 on this processor ({when})"));

    /// <summary>Milliseconds of a step of training: the best of some, so that what else runs counts least.</summary>
    internal static double Time(ScalarType type)
    {
        using var net = new SegmentationNet(new ModelConfig { Depth = 3 }, [0, 0, 0], [1, 1, 1], outputs: 1, CPU, seed: 0) { Activations = type };
        using var images = zeros([4, 3, 128, 128]);
        Step(0);
        return Enumerable.Range(1, Steps).Min(step =>
        {
            var start = Stopwatch.GetTimestamp();
            Step(step);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });

        void Step(long step)
        {
            using var scope = NewDisposeScope();
            net.Train(images, step)[0].mean().backward();
        }
    }

    private static (double Single, double Half)? Kept(string file, string machine)
    {
        try
        {
            return File.ReadLines(file).Where(line => line.StartsWith($"{machine},", StringComparison.Ordinal)).Select(line => line[(machine.Length + 1)..].Split(','))
                .Select(static times => times is [var single, var half] && Number(single) is { } s && Number(half) is { } h ? (s, h) : ((double, double)?)null).LastOrDefault();
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
    }

    private static void Keep(string file, string machine, double single, double half)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{machine},{single:0.0},{half:0.0}\n"));
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            // A home that cannot be written: every start measures.
        }
    }

    private static string Processor()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004) return RuntimeInformation.ProcessArchitecture.ToString();
        var brand = new int[12];
        for (var leaf = 0; leaf < 3; leaf++) (brand[4 * leaf], brand[4 * leaf + 1], brand[4 * leaf + 2], brand[4 * leaf + 3]) = X86Base.CpuId(unchecked((int)0x80000002) + leaf, 0);
        return System.Text.Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(brand)).TrimEnd('\0').Trim();
    }
}
