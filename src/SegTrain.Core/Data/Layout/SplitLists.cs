using SegTrain.Core.Data.Layout.Folders;

namespace SegTrain.Core.Data.Layout;

/// <summary>
/// Text files that name the pairs of each split, one a line: by image name or path, with or without extension, perhaps followed by the
/// name of the mask.
/// </summary>
/// <param name="Files">The list of each split.</param>
internal sealed record SplitLists(IReadOnlyList<(Split Split, string File)> Files)
{
    private static readonly string[] Folders = ["", "splits", "split", "lists", "ImageSets/Segmentation", "ImageSets"];

    private static readonly string[] Names = ["train", "val", "valid", "validation", "test"];

    /// <summary>The lists of a set: train.txt with at least one other; null where there are none.</summary>
    public static SplitLists? Find(string root)
    {
        foreach (var folder in Folders)
        {
            var files = Names.Select(name => (FolderWords.SplitOf(name)!.Value, File: Path.Combine(root, folder, name + ".txt"))).Where(static list => File.Exists(list.File)).ToList();
            if (files.Count > 1 && files[0].Item1 == Split.Train)
                return new(files);
        }

        return null;
    }

    /// <summary>The pairs that are listed, with their split.</summary>
    public IReadOnlyList<Pair> Choose(IReadOnlyList<Pair> pairs, DataProblems problems)
    {
        var byName = ByName(pairs);
        var chosen = new Dictionary<Pair, Split>(ReferenceEqualityComparer.Instance);
        foreach (var (split, file) in Files)
        {
            foreach (var line in File.ReadLines(file).Select(static line => line.Trim()).Where(static line => line.Length > 0))
            {
                var pair = Spellings(line).Select(name => byName.GetValueOrDefault(name)).FirstOrDefault(static pair => pair is not null);
                if (pair is null)
                    problems.Add("Listed names that are no pair of image and mask (add the files or take out the lines):", $"{Path.GetFileName(file)}: {line}");
                else if (!chosen.TryAdd(pair, split) && chosen[pair] != split)
                    problems.Add("Names listed in two splits (keep one of them):", $"{pair.Name} in {FolderWords.NameOf(chosen[pair])} and {FolderWords.NameOf(split)}");
            }
        }

        return [.. pairs.Where(chosen.ContainsKey).Select(pair => pair with { Split = chosen[pair] })];
    }

    // By every ending of the image's path, as long as it is the only one with it.
    private static Dictionary<string, Pair?> ByName(IReadOnlyList<Pair> pairs)
    {
        var found = new Dictionary<string, Pair?>();
        foreach (var pair in pairs)
        {
            foreach (var name in Endings(FileTree.Stem(pair.Image)).Append(pair.Name).Distinct())
                found[name] = found.ContainsKey(name) ? null : pair;
        }

        return found;
    }

    // A name may hold blanks, so the whole line goes first.
    private static IEnumerable<string> Spellings(string line) =>
        new[] { line, line.Split([' ', '\t', ','])[0] }.Distinct().SelectMany(static text => Endings(text).Concat(Endings(FileTree.Stem(text))));

    // a/b/c, b/c, c
    private static IEnumerable<string> Endings(string path)
    {
        path = path.Replace('\\', '/').TrimStart('/');
        for (var at = 0; at >= 0; at = path.IndexOf('/', at) is var next and >= 0 ? next + 1 : -1)
            yield return path[at..];
    }
}
