using SegTrain.Core.Tracking;

namespace SegTrain.Cli.Output;

/// <summary>
/// A run as the terminal shows it: one line an epoch, and below them the current step on a screen; elsewhere a step now and then, as a sign of life.
/// </summary>
/// <param name="terminal">Tells whether there is a screen.</param>
/// <param name="status">Where lines go.</param>
/// <param name="quiet">Shows nothing.</param>
/// <param name="time">For the pace of redrawing.</param>
internal sealed class ProgressView(Terminal terminal, StatusLine status, bool quiet, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.1);

    /// <summary>Build machines end jobs that stay silent for minutes.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(60);

    private long _last = time.GetTimestamp();

    /// <summary>The log has said it all.</summary>
    public void Started(RunInfo run)
    {
    }

    public void Step(in StepInfo step)
    {
        if (quiet || time.GetElapsedTime(_last) < (terminal.Interactive ? Redraw : SignOfLife))
            return;
        _last = time.GetTimestamp();
        if (terminal.Interactive)
            status.Show(ProgressText.Of(step, terminal.Width() - 1));
        else
            status.WriteLine(ProgressText.Of(step, int.MaxValue));
    }

    public void Epoch(EpochInfo epoch)
    {
        if (quiet)
            return;
        _last = time.GetTimestamp();
        status.Show("");
        status.WriteLine(ProgressText.Of(epoch));
    }
}
