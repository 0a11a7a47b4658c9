namespace SegTrain.Cli.Output;

/// <summary>
/// The last line of the screen, redrawn in place, above which log lines scroll by. Elsewhere than on a screen only the log lines appear.
/// </summary>
internal sealed class StatusLine(Terminal terminal)
{
    private readonly Lock _gate = new();
    private string _shown = "";

    public void WriteLine(string line)
    {
        lock (_gate)
        {
            var status = _shown;
            Draw("");
            terminal.Error.WriteLine(line);
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
        terminal.Error.Write(text.Length > 0 ? $"\r{text}{rest}" : $"\r{rest}\r");
        _shown = text;
    }
}
