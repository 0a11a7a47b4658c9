using System.IO.Enumeration;
using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Layout;

/// <summary>The image files under a folder; hidden ones and what archives of macOS leave are passed over.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Files">Paths below it with '/' between the parts, in natural order.</param>
/// <param name="Others">Extensions of the other files, the most frequent first.</param>
internal sealed record FileTree(string Root, IReadOnlyList<string> Files, IReadOnlyList<string> Others)
{
    public static FileTree Of(string root)
    {
        root = Path.GetFullPath(root);
        var files = new List<string>();
        var others = new Dictionary<string, int>();
        var found = new FileSystemEnumerable<string>(root, static (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = static (ref FileSystemEntry entry) => entry.FileName is not "__MACOSX" && !LeadsUp(ref entry),
        };
        foreach (var file in found)
        {
            var extension = Path.GetExtension(file).ToLowerInvariant();
            if (ImageFile.Extensions.Contains(extension))
                files.Add(Path.GetRelativePath(root, file).Replace(Path.DirectorySeparatorChar, '/'));
            else
                others[extension] = others.GetValueOrDefault(extension) + 1;
        }

        files.Sort(NaturalOrder.Instance);
        return new(root, files, [.. others.OrderByDescending(static other => other.Value).ThenBy(static other => other.Key).Select(static other => other.Key)]);
    }

    public string Full(string file) => Path.Combine(Root, file);

    /// <summary>The path without its extension.</summary>
    public static string Stem(string file) => file[..^Path.GetExtension(file).Length];

    // A link to a folder that it lies in would be followed for ever.
    private static bool LeadsUp(ref FileSystemEntry entry)
    {
        if ((entry.Attributes & FileAttributes.ReparsePoint) == 0)
            return false;
        var path = entry.ToFullPath();
        var target = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return target is null || (path + "/").StartsWith(target.TrimEnd('/') + "/", StringComparison.Ordinal);
    }
}
