using System.Reflection;
using System.Text.RegularExpressions;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <summary>
/// docs/architecture.md: names, order and arrows of its tables are the code's; only what a row is, its last cell, is written there by hand. What the
/// page links to and names exists.
/// </summary>
public sealed partial class ArchitectureDocsTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string PathOfPage = Repository.File("docs/architecture.md");

    [Fact]
    public void The_tables_are_those_of_the_code()
    {
        var page = File.ReadAllText(PathOfPage).ReplaceLineEndings("\n");
        Assert.Superset(new HashSet<string> { "SegTrain", "SegTrain.Core" }, Table().Matches(page).Select(static table => table.Groups["level"].Value).ToHashSet());
        var drawn = Table().Replace(page, static table => table.Groups["head"].Value + Rows(FolderOrder.Of(table.Groups["level"].Value), table.Groups["rows"].Value));
        if (Repository.RewritesGoldens) File.WriteAllText(PathOfPage, drawn);
        Assert.True(drawn == page || Repository.RewritesGoldens, "docs/architecture.md is stale: run the tests with SEGTRAIN_UPDATE_GOLDEN=1");
        Assert.DoesNotMatch(@"(?m)^\|.*\|  \|$", drawn);
    }

    [Fact]
    public void Every_file_that_the_page_links_to_exists()
    {
        var links = Link().Matches(File.ReadAllText(PathOfPage)).Select(static link => link.Groups[1].Value).Where(static link => !link.StartsWith("http", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, static link => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(PathOfPage)!, link)), link));
    }

    [Fact]
    public void Every_type_and_member_that_the_page_names_exists()
    {
        var types = NamespaceReferences.Assemblies.SelectMany(static assembly => assembly.GetTypes()).ToLookup(static type => type.Name.Split('`')[0]);
        var names = Name().Matches(Table().Replace(File.ReadAllText(PathOfPage), "")).Select(static name => (Type: name.Groups["type"].Value, Member: name.Groups["member"].Value)).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(
            types[name.Type].Any(type => name.Member.Length == 0 || type.GetMember(name.Member, Any).Length > 0), $"{name.Type}.{name.Member}"));
    }

    private static string Rows(FolderOrder order, string before)
    {
        Assert.Empty(order.Cycle());
        var words = Row().Matches(before).ToDictionary(static row => row.Groups["part"].Value, static row => row.Groups["words"].Value);
        return string.Concat(order.Sorted().Select(part =>
            $"| `{part}` | {string.Join(", ", order.KnownBy(part).Select(static known => $"`{known}`"))} | {words.GetValueOrDefault(part, "")} |\n"));
    }

    [GeneratedRegex(@"(?<head><!-- (?<level>SegTrain[\w.]*) -->\n\|.*\n\|-.*\n)(?<rows>(\|.*\n)*)")]
    private static partial Regex Table();

    [GeneratedRegex(@"^\| `(?<part>[\w.]+)` \|.*\| (?<words>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\(([^)#]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+)(\.(?<member>[A-Z]\w+))?`")]
    private static partial Regex Name();
}
