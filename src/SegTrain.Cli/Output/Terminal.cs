namespace SegTrain.Cli.Output;

/// <summary>
/// Where the program reads and writes, and what the user's environment says about it. segtrain uses no colour, so NO_COLOR has nothing to switch off.
/// </summary>
internal sealed record Terminal
{
    /// <summary>Results only, so that they can be piped.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Log, progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Lists of names; asked for only where a verb wants one.</summary>
    public Func<TextReader> In { get; init; } = static () => TextReader.Null;

    /// <summary>Whether <see cref="Error"/> is a screen on which a line can be redrawn.</summary>
    public bool Interactive { get; init; }

    /// <summary>Columns of that screen, asked each time since windows are resized.</summary>
    public Func<int> Width { get; init; } = static () => 80;

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public static Terminal OfProcess()
    {
        var environment = System.Environment.GetEnvironmentVariables();
        var variables = environment.Keys.Cast<string>().ToDictionary(static name => name, name => (string)environment[name]!);
        var dumb = !OperatingSystem.IsWindows() && variables.GetValueOrDefault("TERM") is null or "" or "dumb";
        return new()
        {
            Out = Console.Out,
            Error = Console.Error,
            In = static () => Console.In,
            Interactive = !dumb && !Console.IsErrorRedirected,
            Width = ConsoleWidth,
            Environment = variables,
        };
    }

    private static int ConsoleWidth()
    {
        try
        {
            // Zero where a pseudo-terminal was never told its size.
            return Console.WindowWidth is > 0 and var width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
