namespace SegTrain.Core.Data;

/// <param name="Kind">What is wrong and what to do, one line for all items of the kind.</param>
/// <param name="Items">Which files or lines, in natural order.</param>
internal sealed record DataProblem(string Kind, IReadOnlyList<string> Items);

/// <summary>Everything that is wrong with a data set, so that one run of the program names it all.</summary>
internal sealed class DataProblems
{
    private const int Shown = 10;

    private readonly Dictionary<string, List<string>> _entries = [];

    /// <summary>By kind; files are looked at by several threads, so that the order in which they were found means nothing.</summary>
    public IReadOnlyList<DataProblem> All
    {
        get
        {
            lock (_entries)
                return [.. _entries.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => new DataProblem(entry.Key, [.. entry.Value.Order(NaturalOrder.Instance)]))];
        }
    }

    /// <param name="kind">See <see cref="DataProblem.Kind"/>.</param>
    /// <param name="items">Which files or lines; none where the kind says it all.</param>
    public void Add(string kind, params ReadOnlySpan<string> items)
    {
        lock (_entries)
        {
            if (!_entries.TryGetValue(kind, out var list))
                _entries[kind] = list = [];
            list.AddRange(items);
        }
    }

    /// <exception cref="SegTrainException">There are problems; the message lists them by kind.</exception>
    public void ThrowIfAny(string where)
    {
        var problems = All;
        if (problems.Count > 0)
            throw new SegTrainException(ExitCode.Data, string.Join('\n', [$"{where} cannot be used:", .. problems.SelectMany(Describe)]));
    }

    private static IEnumerable<string> Describe(DataProblem problem)
    {
        yield return $"  {problem.Kind}";
        foreach (var item in problem.Items.Take(Shown))
            yield return $"    {item}";
        if (problem.Items.Count > Shown)
            yield return $"    and {problem.Items.Count - Shown} more";
    }
}
