using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Predict;

/// <summary>An image to be looked at.</summary>
/// <param name="File">Its path.</param>
/// <param name="Name">Where its masks go, below the output folder: a path with '/' between the parts and without extension.</param>
internal sealed record PredictInput(string File, string Name)
{
    private const int MostNamed = 3;

    /// <param name="words">Files, folders, patterns as in <see cref="PathPattern"/>, or '-' for a list.</param>
    /// <param name="list">Names a file a line.</param>
    /// <param name="folder">Where the masks are to be; what lies in it is no image.</param>
    /// <returns>In the order of the words, each file once.</returns>
    /// <exception cref="SegTrainException">There is nothing, or two images would have the same mask.</exception>
    public static IReadOnlyList<PredictInput> Find(IEnumerable<string> words, Func<TextReader> list, string folder)
    {
        var inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var found = words.SelectMany(word => Of(word, list, inside)).DistinctBy(static input => Path.GetFullPath(input.File)).ToList();
        if (found.Count == 0) throw new SegTrainException(ExitCode.Data, "no image is named; give files, folders, patterns such as 'photos/*.jpg', or - with a list on stdin");
        // Not all file systems tell A from a.
        var clashes = found.GroupBy(static input => input.Name, StringComparer.OrdinalIgnoreCase).Where(static same => same.Count() > 1).ToList();
        if (clashes.Count > 0)
        {
            throw new SegTrainException(ExitCode.Usage, $"these images would have the same mask; predict them into folders of their own: "
                + string.Join("; ", clashes.Take(MostNamed).Select(static same => string.Join(" and ", same.Take(MostNamed).Select(static input => input.File))))
                + (clashes.Count > MostNamed ? $"; and {clashes.Count - MostNamed} more" : ""));
        }
        return found;
    }

    private static IEnumerable<PredictInput> Of(string word, Func<TextReader> list, string outputs)
    {
        if (word == "-") return Lines(list()).Select(static line => new PredictInput(line, Stays(line) ? Stem(line.Replace('\\', '/')) : Stem(Path.GetFileName(line))));
        if (Directory.Exists(word))
        {
            var tree = FileTree.Of(word);
            return tree.Files.Where(file => !IsOutput(tree.Full(file), tree.Root)).Select(file => new PredictInput(Path.Combine(word, file), FileTree.Stem(file)));
        }
        if (System.IO.File.Exists(word)) return [new(word, Stem(Path.GetFileName(word)))];
        if (word.AsSpan().ContainsAny('*', '?', '{'))
        {
            var pattern = new PathPattern("", word);
            return pattern.Files().Where(file => !IsOutput(file.Path, pattern.Folder)).Select(file => new PredictInput(Shortened(file.Path), Stem(Path.GetRelativePath(pattern.Folder, file.Path).Replace('\\', '/'))));
        }
        throw new SegTrainException(ExitCode.Data, $"{word}: no such file or folder");

        // Masks that lie below the images are no images; that masks are to lie among them is refused later.
        bool IsOutput(string file, string root) => file.StartsWith(outputs, StringComparison.Ordinal) && !(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar).StartsWith(outputs, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(TextReader list)
    {
        while (list.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } name) yield return name;
        }
    }

    // A path that leaves the current folder would leave the output folder too.
    private static bool Stays(string path) => !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");

    private static string Shortened(string file) => Path.GetRelativePath(".", file) is var relative && relative.Length < file.Length ? relative : file;

    private static string Stem(string file) => FileTree.Stem(file);
}
