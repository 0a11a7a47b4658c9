using System.Diagnostics;
using System.Globalization;

namespace SegTrain.Bench;

/// <summary>A program that does the step in a process of its own and prints its times.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Command">Program and arguments before the settings.</param>
/// <param name="Environment">Variables set for it.</param>
internal sealed record Peer(string Name, IReadOnlyList<string> Command, IReadOnlyDictionary<string, string> Environment)
{
    /// <returns>Seconds from process start to the end of the first step, and the median milliseconds of the later steps.</returns>
    public (double First, double Step) Measure(StepSettings settings)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true };
        foreach (var word in Command.Skip(1).Concat(settings.Arguments)) start.ArgumentList.Add(word);
        foreach (var (key, value) in Environment) start.Environment[key] = value;
        var begun = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {Command[0]}");
        var lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{Name} ended with {process.ExitCode}");
        return (Numbers(lines, "first").Single() - begun, Table.Median(Numbers(lines, "step")));
    }

    private static double[] Numbers(string[] lines, string key) =>
        [.. lines.Where(line => line.StartsWith(key + " ", StringComparison.Ordinal)).Select(line => double.Parse(line[key.Length..], CultureInfo.InvariantCulture))];
}
