using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace SegTrain.Cli.Output;

/// <summary>
/// The log.txt of a run folder. What is logged before it is opened is kept and written first; without a run it is dropped.
/// </summary>
internal sealed class RunLogFile : ILogEventSink, IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LogEvent> _early = [];
    private Logger? _file;

    public void Open(string path)
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = new LoggerConfiguration().MinimumLevel.Verbose()
                .WriteTo.File(path, outputTemplate: "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}")
                .CreateLogger();
            _early.ForEach(_file.Write);
            _early.Clear();
        }
    }

    /// <summary>Ends the log of a run; what follows is kept for the next.</summary>
    public void Close()
    {
        lock (_gate)
        {
            try
            {
                _file?.Dispose();
            }
            catch (IOException)
            {
                // A full disk, which the run has ended with already.
            }
            _file = null;
        }
    }

    public void Emit(LogEvent logEvent)
    {
        lock (_gate)
        {
            if (_file is null)
                _early.Add(logEvent);
            else
                _file.Write(logEvent);
        }
    }

    public void Dispose() => Close();
}
