namespace SegTrain.Cli.Output;

/// <summary>
/// The last line of the screen, redrawn in place, above which log lines scroll by. Elsewhere than on a screen only the log lines appear.
/// Where they cannot be written, to a terminal that was closed or a full disk, nothing is shown any more: that is no reason to lose a run.
/// </summary>
internal sealed class StatusLine(Terminal terminal)
{
    private readonly Lock _gate = new();
    private string _shown = "";
    private bool _mute;

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            var status = _shown;
            Draw("");
            Write(line + terminal.Error.NewLine);
            Draw(status);
        }
    }

    /// <summary>Replaces the status by this text, cut to the width; empty removes it.</summary>
    public void Show(string text)
    {
        lock (_gate)
            Draw(text);
    }

    /// <remarks>A carriage return and blanks work on every terminal, escape sequences only on most.</remarks>
    private void Draw(string text)
    {
        if (!terminal.Interactive || (text.Length == 0 && _shown.Length == 0))
            return;
        // The last column stays free: writing into it wraps.
        var room = Math.Max(0, terminal.Width() - 1);
        text = text.Length > room ? text[..room] : text;
        var rest = new string(' ', Math.Clamp(_shown.Length - text.Length, 0, room - text.Length));
        Write(text.Length > 0 ? $"\r{text}{rest}" : $"\r{rest}\r");
        _shown = text;
    }

    private void Write(string text)
    {
        if (_mute)
            return;
        try
        {
            terminal.Error.Write(text);
        }
        catch (IOException)
        {
            _mute = true;
        }
    }
}
