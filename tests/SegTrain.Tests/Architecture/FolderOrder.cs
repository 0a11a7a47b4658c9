namespace SegTrain.Tests.Architecture;

/// <summary>The parts of one level and who knows whom among them.</summary>
/// <param name="Parts">Their names.</param>
/// <param name="Arrows">Two of them, and where the first refers to the second.</param>
internal sealed record FolderOrder(IReadOnlyList<string> Parts, IReadOnlyList<NamespaceReference> Arrows)
{
    /// <summary>The part of a project that lies beside its folders.</summary>
    public const string Beside = ".";

    /// <summary>The parts of a namespace: of <c>SegTrain</c> the projects, else the namespaces right below it, each with all below itself.</summary>
    public static FolderOrder Of(string level) => new(
        [.. NamespaceReferences.Namespaces.Select(space => PartOf(space, level)).OfType<string>().Distinct()],
        [
            .. from reference in NamespaceReferences.All
               let arrow = (From: PartOf(reference.From, level), To: PartOf(reference.To, level))
               where arrow.From is not null && arrow.To is not null && arrow.From != arrow.To
               select new NamespaceReference(arrow.From, arrow.To, reference.Where),
        ]);

    public IReadOnlyList<string> KnownBy(string part) => [.. Arrows.Where(arrow => arrow.From == part).Select(static arrow => arrow.To).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>From the bottom up: each part knows none but those before it. What is in a cycle, or above one, is missing.</summary>
    public IReadOnlyList<string> Sorted()
    {
        var sorted = new List<string>();
        while (Parts.Except(sorted).Where(part => KnownBy(part).All(sorted.Contains)).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } layer)
            sorted.AddRange(layer);
        return sorted;
    }

    /// <summary>The arrows of one cycle, each with where it comes from; empty where there is none.</summary>
    public IReadOnlyList<string> Cycle()
    {
        var rest = Parts.Except(Sorted()).ToList();
        if (rest.Count == 0)
            return [];
        // Each of the rest knows another one of them, so that a walk must come by one of them twice.
        var walk = new List<string> { rest[0] };
        while (walk.IndexOf(walk[^1]) == walk.Count - 1)
            walk.Add(KnownBy(walk[^1]).First(rest.Contains));
        return [.. walk.Zip(walk.Skip(1)).Skip(walk.IndexOf(walk[^1])).Select(step =>
            $"{step.First} -> {step.Second}: {Arrows.First(arrow => (arrow.From, arrow.To) == step).Where}")];
    }

    // Below a project, files right in a folder are its words and its front: they know its folders and are known by them, so only the folders are ordered.
    private static string? PartOf(string space, string level) =>
        space == level ? level.Count(static letter => letter == '.') == 1 ? Beside : null
        : space.StartsWith(level + ".", StringComparison.Ordinal) ? space[(level.Length + 1)..].Split('.')[0]
        : null;
}
