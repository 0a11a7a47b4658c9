using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace SegTrain.Tests.Support;

/// <summary>A log of which the test hears each line, on whatever thread it is written.</summary>
internal sealed class LogListener : ILogEventSink
{
    private readonly Action<LogEvent> _heard;

    private LogListener(Action<LogEvent> heard) => _heard = heard;

    public static Logger Of(Action<LogEvent> heard) => new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(new LogListener(heard)).CreateLogger();

    public void Emit(LogEvent logEvent) => _heard(logEvent);
}
