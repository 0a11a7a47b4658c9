namespace SegTrain.Core.Config;

/// <summary>Where a configuration value comes from.</summary>
/// <param name="Label">What <c>--print-config</c> shows: <c>default</c>, <c>fit.yaml:3</c>, <c>env SEGTRAIN_LOSS</c>, <c>--epochs</c>.</param>
/// <param name="Place">What a problem starts with; a file with line and column.</param>
/// <param name="Key">The key that the place already names, so that a problem does not repeat it.</param>
internal sealed record Origin(string Label, string Place, string? Key = null)
{
    public static Origin Default { get; } = new("default", "default");

    public static Origin File(string path, long line, long column) => new($"{path}:{line}", $"{path}:{line}:{column}");

    public static Origin Environment(string variable, string key) => new($"env {variable}", variable, key);

    public static Origin Option(string option, string key) => new(option, option, key);
}
