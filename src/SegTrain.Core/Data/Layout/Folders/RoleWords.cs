namespace SegTrain.Core.Data.Layout.Folders;

/// <summary>Names that end in what the file is: a_sat.jpg and a_mask.png.</summary>
internal static class RoleWords
{
    public static Candidates? Find(FileTree tree)
    {
        var files = tree.Files.Select(static file => (Says: Parse(FileTree.Stem(file)), File: file))
            .ToLookup(static file => file.Says.Role, static file => new KeyedFile(file.Says.Key, file.File));
        return files.Contains(FileRole.Image) && files.Contains(FileRole.Mask)
            ? new("names that end in what the file is", [.. files[FileRole.Image]], [.. files[FileRole.Mask]]) : null;
    }

    /// <summary>The same files without such endings: images/a_image.png and masks/a_mask.png.</summary>
    public static Candidates Cut(Candidates found) => found with { Images = [.. found.Images.Select(Cut)], Masks = [.. found.Masks.Select(Cut)] };

    private static KeyedFile Cut(KeyedFile file) => file with { Key = Parse(file.Key).Key };

    private static (FileRole? Role, string Key) Parse(string stem)
    {
        var cut = stem.AsSpan().LastIndexOfAny("_-. ");
        return cut > stem.LastIndexOf('/') + 1 && FolderWords.Role(stem[(cut + 1)..]) is { } role ? (role, stem[..cut]) : (null, stem);
    }
}
