namespace SegTrain.Core.Data.Layout.Folders;

internal enum FileRole
{
    Image,
    Mask,
}

/// <summary>What people call folders and files of images, of masks and of splits.</summary>
internal static class FolderWords
{
    private static readonly Dictionary<string, FileRole> Roles = new(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, Split> Splits = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = Split.Train, ["training"] = Split.Train,
        ["val"] = Split.Validation, ["valid"] = Split.Validation, ["validation"] = Split.Validation,
        ["test"] = Split.Test, ["testing"] = Split.Test,
    };

    // Only joined to a role, as in imagesTr.
    private static readonly Dictionary<string, Split> Endings = new(Splits, StringComparer.OrdinalIgnoreCase) { ["tr"] = Split.Train, ["ts"] = Split.Test };

    static FolderWords()
    {
        foreach (var word in "image images img imgs JPEGImages input inputs photo photos picture pictures rgb sat original originals raw frame frames leftImg8bit".Split(' '))
            Roles[word] = FileRole.Image;
        foreach (var word in ("mask masks label labels annotation annotations annot annots anno seg segs segmentation segmentations SegmentationClass SegmentationClassAug " +
            "SegmentationClassPNG gt gts groundtruth ground_truth ground-truth target targets truth matte").Split(' '))
            Roles[word] = FileRole.Mask;
    }

    /// <summary>The role and the split that a folder's name says: images, train, trainannot, masks_val, labelsTr.</summary>
    public static (FileRole? Role, Split? Split) Parse(string name)
    {
        if (Role(name) is { } role)
            return (role, null);
        if (SplitOf(name) is { } split)
            return (null, split);
        foreach (var (word, joined) in Endings)
        {
            if (name.StartsWith(word, StringComparison.OrdinalIgnoreCase) && word.Length > 2 && Role(name[word.Length..].TrimStart('_', '-', '.', ' ')) is { } after)
                return (after, joined);
            if (name.EndsWith(word, StringComparison.OrdinalIgnoreCase) && Role(name[..^word.Length].TrimEnd('_', '-', '.', ' ')) is { } before)
                return (before, joined);
        }

        return (null, null);
    }

    public static FileRole? Role(string word) => Roles.TryGetValue(word, out var role) ? role : null;

    /// <summary>The split that a word names.</summary>
    public static Split? SplitOf(string word) => Splits.TryGetValue(word, out var split) ? split : null;

    public static string NameOf(Split split) => split switch { Split.Train => "train", Split.Validation => "val", _ => "test" };
}
