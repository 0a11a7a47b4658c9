namespace SegTrain.Core.Data.Layout.Folders;

/// <summary>JPEG images and PNG masks of the same names in the same folders.</summary>
internal static class TwoFormats
{
    public static Candidates? Find(FileTree tree)
    {
        var files = tree.Files.ToLookup(static file => Path.GetExtension(file).ToLowerInvariant() switch { ".jpg" or ".jpeg" => FileRole.Image, ".png" => FileRole.Mask, _ => (FileRole?)null });
        var found = new Candidates("JPEG images and PNG masks of the same names", Keyed(files[FileRole.Image]), Keyed(files[FileRole.Mask]));

        // A file that is there in both formats does not make all of them so.
        return found.Pairs == 0 || found.Pairs * 3 < tree.Files.Count ? null : found;
    }

    private static IReadOnlyList<KeyedFile> Keyed(IEnumerable<string> files) => [.. files.Select(static file => new KeyedFile(FileTree.Stem(file), file))];
}
