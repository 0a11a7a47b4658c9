using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Export;
using SegTrain.Core.Training;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace SegTrain.Cli;

internal static class Program
{
    private static int Main(string[] args) =>
        Run(args, Terminal.OfProcess(), Fit.Run, static (request, log) => ModelExport.Run(request, log));

    /// <summary>The whole program on given streams; its exit code.</summary>
    internal static int Run(string[] args, Terminal terminal, RunFit fit, RunExport export)
    {
        var status = new StatusLine(terminal);
        var level = new LoggingLevelSwitch();
        using var file = new RunLogFile();
        using var log = new LoggerConfiguration().MinimumLevel.Debug()
            .WriteTo.Sink(new TerminalSink(status, level), levelSwitch: level)
            .WriteTo.Sink(file)
            .CreateLogger();
        try
        {
            var root = new Root(new(terminal, status, log, file, ShellText.Joined(args.Prepend("segtrain")), fit, export));
            var parse = root.Command.Parse(args.Length > 0 ? args : ["--help"], new() { ResponseFileTokenReplacer = null });
            if (parse.Errors.Count > 0)
                throw UsageErrors.Of(parse);
            level.MinimumLevel = parse.GetValue(root.Verbose) ? LogEventLevel.Debug
                : parse.GetValue(root.Quiet) ? LogEventLevel.Warning
                : LogEventLevel.Information;
            // No ProcessTerminationTimeout: System.CommandLine's own handler would race with Signals and end the process while it saves.
            return parse.Invoke(new()
            {
                Output = new ResultWriter(terminal.Out) { NewLine = terminal.Out.NewLine },
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (SegTrainException e)
        {
            status.WriteLine($"segtrain: {e.Message}");
            log.Debug(e, "Ended with exit code {Code}", (int)e.Code);
            return (int)e.Code;
        }
        catch (Exception e)
        {
            status.WriteLine($"segtrain: internal error: {e.Message}");
            status.WriteLine("This is a bug in segtrain; please report it with the log.txt of the run, or what --verbose prints.");
            log.Debug(e, "Internal error");
            return (int)ExitCode.Bug;
        }
    }
}
