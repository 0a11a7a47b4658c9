namespace SegTrain.Cli.Output;

/// <summary>The last line of the screen, redrawn in place, above which log lines scroll by. Elsewhere than on a screen only the log lines appear.</summary>
internal sealed class StatusLine(Terminal terminal)
{
    private readonly Lock gate = new();
    private string shown = "";

    public void WriteLine(string line)
    {
        lock (gate)
        {
            var status = shown;
            Draw("");
            terminal.Error.WriteLine(line);
            Draw(status);
        }
    }

    /// <summary>Replaces the status by this text, cut to the width; empty removes it.</summary>
    public void Show(string text)
    {
        lock (gate)
            Draw(text);
    }

    /// <remarks>A carriage return and blanks work on every terminal, escape sequences only on most.</remarks>
    private void Draw(string text)
    {
        if (!terminal.Interactive || (text.Length == 0 && shown.Length == 0))
            return;
        // The last column stays free: writing into it wraps.
        var room = Math.Max(0, terminal.Width() - 1);
        text = text.Length > room ? text[..room] : text;
        terminal.Error.Write($"\r{text}{new string(' ', Math.Clamp(shown.Length - text.Length, 0, Math.Max(0, room - text.Length)))}{(text.Length == 0 ? "\r" : "")}");
        shown = text;
    }
}
