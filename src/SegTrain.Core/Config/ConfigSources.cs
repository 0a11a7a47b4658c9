namespace SegTrain.Core.Config;

/// <summary>
/// The layers above the defaults, weakest first. Paths in any of them are relative to the current directory, as on a command line.
/// </summary>
internal sealed record ConfigSources
{
    /// <summary>A YAML file, as the user wrote its path.</summary>
    public string? File { get; init; }

    /// <summary>What stands in the file, where that is known already; null: it is read.</summary>
    public string? Text { get; init; }

    /// <summary>The process's environment; what does not start with <c>SEGTRAIN_</c> is not looked at.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<ConfigOption> Options { get; init; } = [];
}

/// <summary>One value from the command line.</summary>
/// <param name="Option">What the user typed in front of the value: <c>--epochs</c>, <c>--set train.epochs</c>.</param>
/// <param name="Key">The dotted key.</param>
/// <param name="Value">A YAML scalar or flow list; for a text key the text as it is.</param>
internal sealed record ConfigOption(string Option, string Key, string Value);
