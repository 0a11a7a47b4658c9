using System.Reflection;
using System.Text.RegularExpressions;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Architecture;

/// <param name="From">A namespace.</param>
/// <param name="To">Another one that it refers to.</param>
/// <param name="Where">For people.</param>
internal sealed record NamespaceReference(string From, string To, string Where);

/// <summary>
/// Which namespaces of src/ refer to which: by their names in the sources, usings and comments included, by what the compiler made of them, since a name in
/// the same or an outer namespace needs no using, and by the references of their projects.
/// </summary>
internal static partial class NamespaceReferences
{
    private static readonly string Sources = Repository.File("src");

    /// <summary>Each file of src/ with its namespace, and with the one that its folder would give it.</summary>
    public static IReadOnlyList<(string Path, string Namespace, string OfFolder, string Text)> Files { get; } =
    [
        .. from path in Directory.EnumerateFiles(Sources, "*.cs", SearchOption.AllDirectories)
           let text = File.ReadAllText(path)
           let folder = Relative(Path.GetDirectoryName(path)!).Replace('/', '.')
           select (Relative(path), Declaration().Match(text) is { Success: true } declaration ? declaration.Groups[1].Value : folder, folder, text),
    ];

    public static IReadOnlyList<string> Namespaces { get; } = [.. Files.Select(static file => file.Namespace).Distinct().Order(StringComparer.Ordinal)];

    public static IReadOnlyList<Assembly> Assemblies { get; } = [.. WithReferenced(Assembly.Load("segtrain")).Distinct()];

    public static IReadOnlyList<NamespaceReference> All { get; } =
        [.. InSources().Concat(InAssemblies()).Concat(InProjects()).Where(static reference => reference.From != reference.To).Distinct()];

    private static IEnumerable<NamespaceReference> InSources() =>
        from file in Files
        from Match name in Name().Matches(file.Text)
        let space = Namespaces.LastOrDefault(space => name.Value == space || name.Value.StartsWith(space + ".", StringComparison.Ordinal))
        where space is not null
        select new NamespaceReference(file.Namespace, space, $"{file.Path} names {name.Value}");

    private static IEnumerable<NamespaceReference> InAssemblies() =>
        from assembly in Assemblies
        from type in assembly.GetTypes()
        where IsOurs(type)
        from other in TypeReferences.Of(type)
        where IsOurs(other)
        select new NamespaceReference(type.Namespace!, other.Namespace!, $"{Outermost(type)} refers to {Outermost(other)}");

    private static IEnumerable<NamespaceReference> InProjects() =>
        from path in Directory.EnumerateFiles(Sources, "*.csproj", SearchOption.AllDirectories)
        from Match reference in ProjectReference().Matches(File.ReadAllText(path))
        select new NamespaceReference(Path.GetFileNameWithoutExtension(path), reference.Groups[1].Value, Relative(path));

    private static bool IsOurs(Type type) => type.Namespace is { } space && Namespaces.Contains(space);

    private static string Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type.Name;

    private static IEnumerable<Assembly> WithReferenced(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Where(static name => name.Name!.StartsWith("SegTrain.", StringComparison.Ordinal)).SelectMany(static name => WithReferenced(Assembly.Load(name))).Prepend(assembly);

    private static string Relative(string path) => Path.GetRelativePath(Sources, path).Replace('\\', '/');

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bSegTrain(\.\w+)+")]
    private static partial Regex Name();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?([\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
