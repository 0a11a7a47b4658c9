namespace SegTrain.Core.Data;

/// <summary>Everything that is wrong with a data set, so that one run of the program names it all.</summary>
internal sealed class DataProblems
{
    private const int Shown = 10;

    private readonly Dictionary<string, List<string>> _entries = [];

    /// <param name="kind">What is wrong and what to do, one line for all _entries of the kind.</param>
    /// <param name="what">Which file or line.</param>
    public void Add(string kind, string what)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(kind, out var list))
                _entries[kind] = list = [];
            list.Add(what);
        }
    }

    /// <exception cref="SegTrainException">There are problems; the message lists them by kind.</exception>
    public void ThrowIfAny(string where)
    {
        if (_entries.Count == 0)
            return;
        var lines = _entries.SelectMany(static kind => Describe(kind.Key, [.. kind.Value.Order(NaturalOrder.Instance)]));
        throw new SegTrainException(ExitCode.Data, string.Join('\n', [$"{where} cannot be used:", .. lines]));
    }

    private static IEnumerable<string> Describe(string kind, IReadOnlyList<string> list)
    {
        yield return $"  {kind}";
        foreach (var item in list.Take(Shown))
            yield return $"    {item}";
        if (list.Count > Shown)
            yield return $"    and {list.Count - Shown} more";
    }
}
