namespace SegTrain.Core.Data.Layout.Folders;

/// <summary>Names that differ by one suffix: a.jpg and a_mask.png. Which suffix it is, most of the files say.</summary>
internal static class CommonSuffix
{
    /// <summary>Images and masks side by side.</summary>
    public static Candidates? Find(FileTree tree)
    {
        var stems = tree.Files.Select(FileTree.Stem).ToHashSet();
        var (suffix, count) = Most(stems, stems);

        // Two of a hundred names may differ by anything.
        if (suffix is null || (!IsMaskWord(suffix) && count * 3 < stems.Count))
            return null;
        var files = tree.Files.Select(static file => new KeyedFile(FileTree.Stem(file), file)).ToLookup(file => file.Key.EndsWith(suffix, StringComparison.Ordinal));
        return new($"names with and without '{suffix}'", [.. files[false]], [.. files[true].Select(file => Cut(file, suffix))]);
    }

    /// <summary>The same files, cut to common keys where that makes more pairs: images/a.jpg and masks/a_mask.png.</summary>
    public static Candidates Align(Candidates found)
    {
        var images = found.Images.Select(static image => image.Key).ToHashSet();
        var masks = found.Masks.Select(static mask => mask.Key).ToHashSet();
        var (onMasks, onImages) = (Most(masks, images), Most(images, masks));
        if (Math.Max(onMasks.Count, onImages.Count) <= found.Pairs)
            return found;
        return onMasks.Count >= onImages.Count
            ? new($"{found.Layout}, masks with '{onMasks.Suffix}'", found.Images, [.. found.Masks.Select(file => Cut(file, onMasks.Suffix!))])
            : new($"{found.Layout}, images with '{onImages.Suffix}'", [.. found.Images.Select(file => Cut(file, onImages.Suffix!))], found.Masks);
    }

    private static KeyedFile Cut(KeyedFile file, string suffix) => file.Key.EndsWith(suffix, StringComparison.Ordinal) ? file with { Key = file.Key[..^suffix.Length] } : file;

    // What most often makes one of the longer names from one of the shorter. The 0 that makes 10 from 1 is no suffix.
    private static (string? Suffix, int Count) Most(HashSet<string> longer, HashSet<string> shorter)
    {
        var lookup = shorter.GetAlternateLookup<ReadOnlySpan<char>>();
        var counts = new Dictionary<string, int>();
        foreach (var name in longer)
        {
            for (var cut = name.LastIndexOf('/') + 2; cut < name.Length; cut++)
            {
                if (!char.IsAsciiDigit(name[cut]) && lookup.Contains(name.AsSpan(0, cut)))
                    counts[name[cut..]] = counts.GetValueOrDefault(name[cut..]) + 1;
            }
        }

        return counts.OrderByDescending(static suffix => IsMaskWord(suffix.Key)).ThenByDescending(static suffix => suffix.Value).ThenBy(static suffix => suffix.Key, StringComparer.Ordinal)
            .Select(static suffix => ((string?)suffix.Key, suffix.Value)).FirstOrDefault();
    }

    private static bool IsMaskWord(string suffix) => FolderWords.Role(suffix.TrimStart('_', '-', '.', ' ')) == FileRole.Mask;
}
