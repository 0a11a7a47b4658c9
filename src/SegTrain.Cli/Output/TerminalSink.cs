using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace SegTrain.Cli.Output;

/// <summary>
/// Log events as plain lines above the status line: no time stamps, a prefix only where it matters, stacks only for those who asked for detail.
/// </summary>
internal sealed class TerminalSink(StatusLine status, LoggingLevelSwitch level) : ILogEventSink
{
    private static readonly MessageTemplateTextFormatter Message = new("{Message:lj}");

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        text.Write(logEvent.Level switch
        {
            >= LogEventLevel.Error => "error: ",
            LogEventLevel.Warning => "warning: ",
            _ => "",
        });
        Message.Format(logEvent, text);
        if (logEvent.Exception is { } exception && level.MinimumLevel <= LogEventLevel.Debug)
            text.Write($"\n{exception}");
        status.WriteLine(text.ToString());
    }
}
