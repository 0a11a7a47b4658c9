using System.Diagnostics;
using System.Globalization;

namespace SegTrain.Bench;

/// <summary>
/// Our loader against PyTorch's DataLoader with PIL and with OpenCV, 0, 1 and 2 workers each, in turn. Pairs a second of decode, resize to
/// 256 x 256, random flip, scale to 0..1 and collate. A ratio is ours over the best of theirs of the same round: above 1 we are faster.
/// Ours averages the area that a pixel covers and turns colours into classes; PIL filters, OpenCV takes four neighbours, and neither knows classes.
/// </summary>
internal static class LoadingTable
{
    private static readonly string[] Decoders = ["pil", "opencv"];
    private static readonly int[] Workers = [0, 1, 2];

    /// <param name="options"><c>--data DIR[,DIR]</c>, <c>--rounds N</c>, <c>--epochs N</c>, <c>--size N</c>, <c>--python FILE</c>.</param>
    public static int Run(Options options)
    {
        var (rounds, epochs, size) = (options.Number("--rounds", 3), options.Number("--epochs", 2), options.Number("--size", 256));
        var python = options.Text("--python", "/usr/bin/python3");
        var peers = Decoders.Where(decoder => Has(python, decoder)).SelectMany(decoder => Workers.Select(workers => (decoder, workers))).ToArray();
        using var made = new LoadingSets();
        var sets = options.Text("--data", "") is { Length: > 0 } named ? named.Split(',') : made.Make();
        Console.WriteLine($"pairs a second, resized to {size} x {size}, batches of 8; median [min-max] of {rounds} rounds; ratio = segtrain / best of PyTorch in one round");
        foreach (var set in sets)
        {
            var child = new LoadingSettings(set, size, 8, epochs);
            var pairs = Path.GetTempFileName();
            File.WriteAllLines(pairs, child.Pairs());
            var (decoded, cached, best) = (new List<double>(), new List<double>(), new List<double>());
            var theirs = peers.ToDictionary(static peer => peer, static _ => new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                decoded.Add(Rate(Environment.ProcessPath!, ["load", .. child.Arguments, "--cache", "none"]));
                cached.Add(Rate(Environment.ProcessPath!, ["load", .. child.Arguments, "--cache", "ram"]));
                foreach (var peer in peers)
                {
                    theirs[peer].Add(Rate(python,
                        [StepTable.Script("torch_loading.py"), "--pairs", pairs, "--decoder", peer.decoder, "--workers", $"{peer.workers}", "--size", $"{size}", "--batch", "8", "--epochs", $"{epochs}"]));
                }
                best.Add(peers.Max(peer => theirs[peer][round]));
            }
            File.Delete(pairs);
            Console.WriteLine($"\n{set}");
            Print("segtrain, decoding", decoded, best);
            Print("segtrain, from memory", cached, best);
            foreach (var (decoder, workers) in peers) Console.WriteLine($"  PyTorch, {decoder}, {workers} workers: {Table.Spread(theirs[(decoder, workers)], "F0")}");
        }
        return 0;
    }

    private static void Print(string name, List<double> ours, List<double> best) =>
        Console.WriteLine($"  {name}: {Table.Spread(ours, "F0")}, ratio {Table.Spread([.. ours.Zip(best, static (our, their) => our / their)], "F2")}");

    private static bool Has(string python, string decoder)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", decoder == "pil" ? "import PIL" : "import cv2"]) { RedirectStandardError = true });
        process!.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) Console.WriteLine($"{python} has no {(decoder == "pil" ? "PIL: apt-get install python3-pil" : "OpenCV: apt-get install python3-opencv")}; left out");
        return process.ExitCode == 0;
    }

    // The median over the epochs.
    private static double Rate(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        return Table.Median(lines.Where(static line => line.StartsWith("rate ", StringComparison.Ordinal)).Select(static line => double.Parse(line[5..], CultureInfo.InvariantCulture)));
    }
}
