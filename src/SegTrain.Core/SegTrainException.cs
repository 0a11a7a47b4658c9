namespace SegTrain.Core;

/// <summary>What a finished process tells its caller. The table in the README is this list.</summary>
internal enum ExitCode
{
    Done = 0,
    Bug = 1,
    Usage = 2,
    Config = 3,
    Data = 4,
    Device = 5,
    Diverged = 6,
    Assertion = 7,
    OutOfMemory = 8,
    HungUp = 129,
    Interrupted = 130,
    Terminated = 143,
}

/// <summary>The one exception meant for the user: its message says what is wrong, where, and what to do.</summary>
/// <param name="code">The exit code of the process.</param>
/// <param name="message">One or more lines; no stack trace is shown beside it.</param>
/// <param name="inner">The cause, for the log file.</param>
internal sealed class SegTrainException(ExitCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public ExitCode Code { get; } = code;
}
