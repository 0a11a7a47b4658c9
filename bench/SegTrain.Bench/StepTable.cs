using SegTrain.Core.Engine;

namespace SegTrain.Bench;

/// <summary>
/// Our training step against PyTorch's and against the plain net of a user of TorchSharp, in turn, so that a machine that speeds up or slows down does so for all.
/// A ratio is their time over ours of the same round: above 1 we are faster.
/// </summary>
internal static class StepTable
{
    // What PyTorch needs from its user to run with the threads and the allocator that segtrain chooses by itself.
    public static readonly Dictionary<string, string> Tuned = new()
    {
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["OMP_NUM_THREADS"] = $"{NativeEnvironment.Threads}",
        ["MALLOC_MMAP_MAX_"] = "0",
        ["MALLOC_TRIM_THRESHOLD_"] = $"{int.MaxValue}",
    };

    /// <param name="options">
    /// <c>--rounds N</c>, <c>--steps N</c>, <c>--device D</c>, <c>--precision fp32|bf16</c>, <c>--sizes 8x128,4x256</c> (images x pixels a side), <c>--python FILE</c>.
    /// </param>
    public static int Run(Options options)
    {
        var (rounds, steps) = (options.Number("--rounds", 5), options.Number("--steps", 15));
        var (device, precision) = (options.Text("--device", "cpu"), options.Text("--precision", "fp32"));
        string[] torch = [options.Text("--python", "/usr/bin/python3"), Script("torch_step.py")];
        Peer ours = new("segtrain", [Environment.ProcessPath!, "child"], new Dictionary<string, string>());
        Peer tuned = new("PyTorch, same threads, BLAS threads and allocator", [.. torch, "--threads", $"{NativeEnvironment.Threads}"], Tuned);
        List<Peer> peers = [new("PyTorch, its defaults", torch, new Dictionary<string, string>()), tuned];
        if (precision == "fp32") peers.Add(new("TorchSharp, the plain net, its defaults", [Environment.ProcessPath!, "plain"], new Dictionary<string, string>()));
        var isGpu = device.StartsWith("cuda", StringComparison.Ordinal);
        if (precision == "bf16") peers.Add(new($"{tuned.Name}, channels last", [.. tuned.Command, "--channels-last"], Tuned));
        if (isGpu) peers.Add(new($"{tuned.Name}, channels last, torch.compile", [.. tuned.Command, "--channels-last", "--compile"], Tuned));

        Console.WriteLine($"U-Net width 16, depth 4, batch norm, BCE + Dice, Adam, {precision}; median [min-max] of the rounds; ratio = theirs / segtrain of one round");
        foreach (var shape in options.Text("--sizes", isGpu ? "16x512" : "8x128,4x256").Split(','))
        {
            var (batch, size) = shape.Split('x') is [var images, var side] ? (int.Parse(images), int.Parse(side)) : throw new ArgumentException($"no size: {shape}");
            var settings = new StepSettings(batch, size, steps, device, precision);
            var oursSeen = new List<Times>();
            var seen = peers.Select(static _ => new List<Times>()).ToList();
            for (var round = 0; round < rounds; round++)
            {
                oursSeen.Add(ours.Measure(settings));
                for (var p = 0; p < peers.Count; p++) seen[p].Add(peers[p].Measure(settings));
            }
            Console.WriteLine($"\nbatch {batch} x {size}^2, {device}");
            Print(ours.Name, oursSeen, oursSeen);
            for (var p = 0; p < peers.Count; p++) Print(peers[p].Name, seen[p], oursSeen);
        }
        return 0;
    }

    private static void Print(string name, List<Times> seen, List<Times> ours)
    {
        Console.WriteLine($"  {name}");
        Row("step", "F0", "ms", static times => times.Step);
        Row("process start to first step", "F2", "s", static times => times.First);
        Row("peak memory", "F0", "MiB", static times => times.Peak);
        Row("inference", "F0", "ms", static times => times.Infer);

        void Row(string what, string format, string unit, Func<Times, double> number) => Console.WriteLine(
            $"    {what} {Table.Spread([.. seen.Select(number)], format)} {unit}, ratio {Table.Spread([.. seen.Zip(ours, (peer, our) => number(peer) / number(our))], "F2")}");
    }

    /// <summary>A file of bench/.</summary>
    public static string Script(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SegTrain.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside a checkout");
        return Path.Combine(folder, "bench", name);
    }
}
