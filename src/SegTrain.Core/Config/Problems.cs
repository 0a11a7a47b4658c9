namespace SegTrain.Core.Config;

/// <summary>Everything wrong with a configuration, collected so that one start of the program shows all of it.</summary>
internal sealed class Problems
{
    private readonly List<string> _lines = [];

    public void Add(Origin origin, string key, string what) =>
        _lines.Add(key.Length == 0 || key == origin.Key ? $"{origin.Place}: {what}" : $"{origin.Place}: {key}: {what}");

    public void ThrowIfAny()
    {
        if (_lines.Count == 0)
            return;
        var head = _lines.Count == 1 ? "" : $"{_lines.Count} problems in the configuration\n";
        throw new SegTrainException(ExitCode.Config, head + string.Join('\n', _lines));
    }
}
