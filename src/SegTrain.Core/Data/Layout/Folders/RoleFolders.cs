namespace SegTrain.Core.Data.Layout.Folders;

/// <summary>Folders whose names say what lies in them. A pair has one path when those names are left out.</summary>
internal static class RoleFolders
{
    public static Candidates? Find(FileTree tree)
    {
        var files = tree.Files.Select(Parse).ToLookup(static file => file.Role, static file => file.File);
        var masks = files[FileRole.Mask].ToList();

        // Beside folders of masks the images may lie in the folder itself, or in train/ beside trainannot/.
        var images = files[FileRole.Image].Any() ? files[FileRole.Image].ToList() : [.. files[null]];
        if (masks.Count == 0 || images.Count == 0)
            return masks.Count + files[FileRole.Image].Count() == 0 ? null : new(Names(tree), [.. files[FileRole.Image]], masks);
        var found = CommonSuffix.Align(new(Names(tree), images, masks));
        return found.Pairs > 0 ? found : RoleWords.Cut(found);
    }

    private static (FileRole? Role, KeyedFile File) Parse(string file)
    {
        FileRole? role = null;
        var kept = new List<string>();
        var parts = FileTree.Stem(file).Split('/');
        foreach (var part in parts[..^1])
        {
            var (says, split) = FolderWords.Parse(part);
            role = says ?? role;
            if (split is { } named)
                kept.Add(FolderWords.NameOf(named));
            else if (says is null)
                kept.Add(part);
        }

        return (role, new(string.Join('/', [.. kept, parts[^1]]), file));
    }

    private static string Names(FileTree tree) => string.Join(" and ", tree.Files.SelectMany(static file => file.Split('/')[..^1]).Distinct()
        .Select(static part => (Part: part, FolderWords.Parse(part).Role)).Where(static part => part.Role is not null)
        .OrderBy(static part => part.Role).Select(static part => part.Part + "/").Take(6));
}
