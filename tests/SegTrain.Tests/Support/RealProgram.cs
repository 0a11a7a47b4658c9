using System.Diagnostics;

namespace SegTrain.Tests.Support;

/// <summary>The program as users start it: a process of its own, which may be stopped, killed and starved.</summary>
internal static class RealProgram
{
    // Far more than any of these runs takes: one that hangs fails its test.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "segtrain");

    /// <param name="folder">Where it runs. The weights' file holds the configuration, so that runs to be compared call their folders by the same names.</param>
    /// <param name="arguments">The command line.</param>
    public static Process Start(string folder, params IEnumerable<string> arguments) => Start(folder, File, arguments);

    /// <summary>Through a script of the shell, which has the program and its command line as <c>"$@"</c>.</summary>
    public static Process StartBy(string folder, string script, params IEnumerable<string> arguments) =>
        Start(folder, "sh", ["-c", script, "sh", File, .. arguments]);

    /// <summary>A run from <c>key=value</c>; of two for one key the last holds.</summary>
    public static IEnumerable<string> Fit(params IEnumerable<string> keys) =>
        ["fit", "--quiet", .. keys.GroupBy(static key => key.Split('=')[0]).SelectMany(static group => new[] { "--set", group.Last() })];

    /// <summary>Waits for the end.</summary>
    public static (int Code, string Error) Ended(this Process process)
    {
        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"it hangs: {process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)}");
            }
            _ = output.Result;
            return (process.ExitCode, error.Result);
        }
    }

    /// <summary>Waits for the end of what must succeed.</summary>
    public static void Succeeded(this Process process)
    {
        var (code, error) = process.Ended();
        Assert.True(code == 0, error);
    }

    private static Process Start(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The program would take them for keys of its configuration.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("SEGTRAIN_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}
