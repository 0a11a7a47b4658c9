using System.Diagnostics;
using System.Globalization;
using SegTrain.Core.Engine;
using SegTrain.Losses;
using Serilog.Core;

namespace SegTrain.Bench;

/// <summary>
/// Every loss of the catalog, forward and backward, against its formula in eager PyTorch: the same LibTorch, threads and numbers, in turn.
/// A ratio is PyTorch's time over ours of the same round: above 1 we are faster. Rows whose values differ are marked: they do not compute
/// the same.
/// </summary>
internal static class LossTable
{
    // A measurement of the fastest losses takes this long, so that what the other process left in the caches is forgotten.
    private const double Milliseconds = 100;

    /// <param name="options"><c>--rounds N</c>, <c>--device D</c>, <c>--only NAME</c>, <c>--python FILE</c>.</param>
    public static int Run(Options options)
    {
        var rounds = options.Number("--rounds", 5);
        var (only, device) = (options.Text("--only", ""), options.Text("--device", "cpu"));
        var threads = TorchEngine.Start(Logger.None).Threads;
        using var torch = Start(options.Text("--python", "/usr/bin/python3"), threads, device);
        var losses = LossCatalog.All.Where(loss => only.Length == 0 || loss.IsNamed(only)).ToList();
        foreach (var channels in (int[])[1, 11])
        {
            using var batch = new LossBatch(channels, ComputeDevice.Choose(device));
            Console.WriteLine($"\n(4, {channels}, 256, 256), {device}, {threads} threads; median of {rounds} rounds; ratio = theirs / ours of one round\n");
            Console.WriteLine("| loss | ours ms | theirs ms | ratio [min-max] |\n|---|---|---|---|");
            foreach (var loss in losses.Where(loss => loss.Modes.Contains(batch.Task.Mode)))
            {
                Console.WriteLine(Row(loss.Name, batch, torch, channels, rounds));
            }
        }
        torch.StandardInput.Close();
        torch.WaitForExit();
        return torch.ExitCode;
    }

    private static string Row(string name, LossBatch batch, Process torch, int channels, int rounds)
    {
        var loss = LossExpression.Parse(name).Build(batch.Task);
        var (ours, theirs, note) = (new List<double>(), new List<double>(), "");
        var steps = (int)Math.Max(3, Milliseconds / batch.Measure(loss, 3).Milliseconds);
        // Until .NET has compiled it for good.
        batch.Measure(loss, steps);
        for (var round = 0; round < rounds; round++)
        {
            var (milliseconds, value) = batch.Measure(loss, steps);
            ours.Add(milliseconds);
            torch.StandardInput.WriteLine($"{name} {channels} {steps}");
            var answer = torch.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"bench/losses.py ended at {name}");
            if (answer.Split(' ') is not [var time, var number] || !double.TryParse(time, CultureInfo.InvariantCulture, out var their))
            {
                return $"| {name} | {Table.Median(ours):F2} | {answer} | |";
            }
            theirs.Add(their);
            var other = double.Parse(number, CultureInfo.InvariantCulture);
            if (!(Math.Abs(value - other) <= 1e-4 * Math.Abs(value) + 1e-6)) note = $" values differ: {value:G6}, {other:G6}";
        }
        var ratios = theirs.Zip(ours, static (their, our) => their / our).ToList();
        return $"| {name} | {Table.Median(ours):F2} | {Table.Median(theirs):F2} | {Table.Spread(ratios, "F2")}{note} |";
    }

    private static Process Start(string python, int threads, string device)
    {
        string[] words = [StepTable.Script("losses.py"), "--threads", $"{threads}", "--device", device];
        var start = new ProcessStartInfo(python, words) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (key, value) in StepTable.Tuned) start.Environment[key] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {python}");
        // Its start must not run beside our first measurements.
        return process.StandardOutput.ReadLine() == "ready" ? process : throw new InvalidOperationException("bench/losses.py did not start");
    }
}
