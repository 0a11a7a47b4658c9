using SegTrain.Core.Predict;

namespace SegTrain.Cli.Output;

/// <summary>How far a prediction is: a bar on a screen, elsewhere a line now and then.</summary>
/// <param name="terminal">Tells whether there is a screen.</param>
/// <param name="status">Where lines go.</param>
/// <param name="quiet">Shows nothing.</param>
/// <param name="time">For the pace of redrawing.</param>
internal sealed class PredictView(Terminal terminal, StatusLine status, bool quiet, TimeProvider time) : IProgress<PredictStep>
{
    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(0.1);

    /// <summary>Build machines end jobs that stay silent for minutes.</summary>
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(60);

    private long _last = time.GetTimestamp();

    public void Report(PredictStep value)
    {
        if (quiet || time.GetElapsedTime(_last) < (terminal.Interactive ? Redraw : SignOfLife)) return;
        _last = time.GetTimestamp();
        if (terminal.Interactive) status.Show(ProgressText.Of(value, terminal.Width() - 1));
        else status.WriteLine(ProgressText.Of(value, int.MaxValue));
    }
}
