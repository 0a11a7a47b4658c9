namespace SegTrain.Tests.Architecture;

/// <summary>Cli -> Core -> Losses -> Kernels, and no cycle among the folders of any folder of src/.</summary>
public sealed class OrderTests
{
    public static TheoryData<string> Levels => [.. NamespaceReferences.Namespaces.SelectMany(Enclosing).Distinct().Where(static level => FolderOrder.Of(level).Parts.Count > 1)];

    [Theory]
    [MemberData(nameof(Levels))]
    public void Folders_form_no_cycle(string level)
    {
        var cycle = FolderOrder.Of(level).Cycle();
        Assert.True(cycle.Count == 0, string.Join('\n', cycle));
    }

    [Fact]
    public void Every_level_is_looked_at() =>
        Assert.Superset(new HashSet<string> { "SegTrain", "SegTrain.Cli", "SegTrain.Core", "SegTrain.Core.Data", "SegTrain.Core.Data.Augment" }, Levels.Select(static row => row.Data).ToHashSet());

    /// <summary>Only so do namespaces say what folders know. A library of one namespace files its sources in folders as it likes.</summary>
    [Fact]
    public void A_namespace_is_called_as_its_folder()
    {
        Assert.NotEmpty(NamespaceReferences.Files);
        foreach (var project in NamespaceReferences.Files.GroupBy(static file => file.Path.Split('/')[0]))
        {
            if (project.Any(file => file.Namespace != project.Key))
                Assert.All(project, static file => Assert.Equal((file.Path, file.OfFolder), (file.Path, file.Namespace)));
        }
    }

    [Fact]
    public void Parts_are_sorted_from_the_bottom_up_and_a_cycle_is_named()
    {
        NamespaceReference Arrow(string arrow) => new(arrow[..1], arrow[1..], arrow.ToLowerInvariant());
        var order = new FolderOrder(["A", "B", "C", "D"], [Arrow("AB"), Arrow("AC"), Arrow("BC"), Arrow("DB")]);
        Assert.Equal(["C", "B", "A", "D"], order.Sorted());
        Assert.Empty(order.Cycle());
        Assert.Equal(["B -> C: bc", "C -> B: cb"], (order with { Arrows = [.. order.Arrows, Arrow("CB")] }).Cycle());
    }

    private static IEnumerable<string> Enclosing(string space) => Enumerable.Range(0, space.Length).Where(at => space[at] == '.').Select(at => space[..at]).Append(space);
}
