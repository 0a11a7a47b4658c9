using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace SegTrain.Cli.Output;

/// <summary>The log.txt of a run folder. What is logged before the folder exists is kept and written first; without a run it is dropped.</summary>
internal sealed class RunLogFile : ILogEventSink, IDisposable
{
    private readonly Lock gate = new();
    private readonly List<LogEvent> early = [];
    private Logger? file;

    public void Open(string folder)
    {
        lock (gate)
        {
            file = new LoggerConfiguration().MinimumLevel.Verbose()
                .WriteTo.File(Path.Combine(folder, "log.txt"), outputTemplate: "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}")
                .CreateLogger();
            early.ForEach(file.Write);
            early.Clear();
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (gate)
        {
            if (file is null)
                early.Add(logEvent);
            else
                file.Write(logEvent);
        }
    }

    public void Dispose() => file?.Dispose();
}
