using System.Diagnostics;
using System.Globalization;

namespace SegTrain.Bench;

/// <summary>A program that does the step in a process of its own and prints its times.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Command">Program and arguments before the settings.</param>
/// <param name="Environment">Variables set for it.</param>
internal sealed record Peer(string Name, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment)
{
    public Times Measure(StepSettings settings)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true };
        foreach (var word in Command.Skip(1).Concat(settings.Arguments)) start.ArgumentList.Add(word);
        foreach (var (key, value) in Environment) start.Environment[key] = value;
        var begun = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {Command[0]}");
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Name} ended with {process.ExitCode}");
        return new(Numbers(lines, "first").Single() - begun, Table.Median(Numbers(lines, "step")), Numbers(lines, "peak").Single(), Table.Median(Numbers(lines, "infer")));
    }

    private static double[] Numbers(string[] lines, string key) =>
        [.. lines.Where(line => line.StartsWith(key + " ", StringComparison.Ordinal)).Select(line => double.Parse(line[key.Length..], CultureInfo.InvariantCulture))];
}

/// <summary>What one process took.</summary>
/// <param name="First">Seconds from its start to the end of the first step.</param>
/// <param name="Step">Median milliseconds of the later steps.</param>
/// <param name="Peak">Most MiB of memory until then; on a GPU that of the host.</param>
/// <param name="Infer">Median milliseconds of predicting the same batch.</param>
internal sealed record Times(double First, double Step, double Peak, double Infer);
