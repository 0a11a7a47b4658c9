using System.Text;
using System.Text.RegularExpressions;

namespace SegTrain.Core.Data.Layout;

/// <summary>
/// Files by a pattern: <c>*</c> within a name, <c>**</c> over folders, <c>?</c> one character, <c>{a,b}</c> either. A folder stands for
/// all that is in it. At the end <c>*</c> leaves out the extension. What the wildcards stand for is the key of a file.
/// </summary>
internal sealed class PathPattern
{
    private readonly Regex _regex;
    private readonly bool _withoutExtension;

    /// <param name="root">The folder that a relative pattern starts from.</param>
    /// <param name="pattern">May be absolute or begin with ../.</param>
    /// <exception cref="SegTrainException">The pattern has no wildcard and is no folder, or its folder does not exist.</exception>
    public PathPattern(string root, string pattern)
    {
        var parts = pattern.Replace('\\', '/').Split('/');
        var fixedParts = parts.TakeWhile(static part => part.IndexOfAny(['*', '?', '{']) < 0).Count();
        Folder = Path.GetFullPath(Path.Combine(root, string.Join('/', parts[..fixedParts]) + (fixedParts > 0 ? "/" : "")));
        if (!Directory.Exists(Folder))
            throw new SegTrainException(ExitCode.Data, $"{pattern}: there is no folder {Folder}; patterns are relative to data.path, as in '*/images/*.jpg'");
        var rest = fixedParts == parts.Length ? "**/*" : string.Join('/', parts[fixedParts..]);
        _withoutExtension = rest.EndsWith('*');
        rest = rest.EndsWith(".*", StringComparison.Ordinal) ? rest[..^2] : rest.EndsWith("**", StringComparison.Ordinal) ? rest + "/*" : rest;
        Wildcards = rest.Replace("**", "*").Count(static letter => letter is '*' or '?');
        _regex = new($"^{Translate(rest)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    /// <summary>Where the search begins.</summary>
    public string Folder { get; }

    public int Wildcards { get; }

    /// <summary>The files that match, with absolute paths.</summary>
    public IReadOnlyList<KeyedFile> Files()
    {
        var tree = FileTree.Of(Folder);
        var found = new List<KeyedFile>();
        foreach (var file in tree.Files)
        {
            if (_regex.Match(_withoutExtension ? FileTree.Stem(file) : file) is { Success: true } match)
                found.Add(new(string.Join('/', match.Groups.Values.Skip(1).Select(static group => group.Value).Where(static text => text.Length > 0)), tree.Full(file)));
        }

        return found;
    }

    private static string Translate(string pattern)
    {
        var regex = new StringBuilder();
        for (var at = 0; at < pattern.Length; at++)
        {
            var end = pattern[at] == '{' ? pattern.IndexOf('}', at) : -1;
            if (end > 0)
            {
                regex.Append("(?:").AppendJoin('|', pattern[(at + 1)..end].Split(',').Select(Regex.Escape)).Append(')');
                at = end;
            }
            else if (pattern.AsSpan(at).StartsWith("**/"))
            {
                regex.Append("(?:(.*)/)?");
                at += 2;
            }
            else
            {
                regex.Append(pattern[at] switch { '*' => "([^/]*)", '?' => "([^/])", var letter => Regex.Escape(letter.ToString()) });
            }
        }

        return regex.ToString();
    }
}
