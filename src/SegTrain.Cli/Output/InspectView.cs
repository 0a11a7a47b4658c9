using SegTrain.Core.Inspect;

namespace SegTrain.Cli.Output;

/// <summary>How far an inspection is, on a screen; elsewhere nothing.</summary>
/// <param name="status">The line to draw in.</param>
/// <param name="quiet">Shows nothing.</param>
/// <param name="terminal">Tells how wide the line is.</param>
/// <param name="time">For the pace of redrawing.</param>
internal sealed class InspectView(StatusLine status, bool quiet, Terminal terminal, TimeProvider time) : IProgress<InspectStep>
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.1);

    private readonly Lock _gate = new();
    private long _last = time.GetTimestamp();

    /// <summary>Called by all threads that read files.</summary>
    public void Report(InspectStep value)
    {
        if (quiet || !terminal.Interactive)
            return;
        lock (_gate)
        {
            if (time.GetElapsedTime(_last) < Redraw)
                return;
            _last = time.GetTimestamp();
            status.Show(ProgressText.Of(value, terminal.Width() - 1));
        }
    }
}
