using SegTrain.Core.Data.Layout.Folders;

namespace SegTrain.Core.Data.Layout;

/// <summary>A way in which people lay out images and masks in folders.</summary>
/// <param name="Example">For people.</param>
/// <param name="Find">The images and masks of a tree, or null where it shows nothing of this layout.</param>
internal sealed record FolderLayout(string Example, Func<FileTree, Candidates?> Find)
{
    /// <summary>The first that makes pairs is taken.</summary>
    public static readonly IReadOnlyList<FolderLayout> All =
    [
        new("images/a.jpg and masks/a.png (or imgs, JPEGImages, labels, annotations, SegmentationClass, gt, ...), also below or above train/, val/, test/", RoleFolders.Find),
        new("a_image.jpg and a_mask.png in one folder", RoleWords.Find),
        new("a.jpg and a.png in one folder", TwoFormats.Find),
        new("a.jpg and a_SUFFIX.png in one folder", CommonSuffix.Find),
    ];

    /// <summary>All that is understood, a line each.</summary>
    public static string Understood { get; } = string.Join('\n',
    [
        "  understood are:",
        .. All.Select(static layout => $"    {layout.Example}"),
        "    pairs.csv, or a CSV file in place of the folder, with the columns image,mask[,split]",
        "    anything else by patterns: --set 'data.images=**/photos/*.jpg' --set 'data.masks=**/traced/*_seg.png'",
    ]);

    /// <exception cref="SegTrainException">Nothing looks like images and masks.</exception>
    public static Candidates Read(FileTree tree)
    {
        Candidates? nearest = null;
        foreach (var layout in All)
        {
            var found = layout.Find(tree);
            if (found?.Pairs > 0)
                return found;
            nearest ??= found;
        }

        var others = tree.Others.Count == 0 ? "" : $" ({tree.Files.Count} PNG, JPEG, BMP, TIFF and WebP files; others are {string.Join(", ", tree.Others.Take(5))})";
        return nearest ?? throw new SegTrainException(ExitCode.Data, $"{tree.Root}: no image/mask pairs here{others};\n{Understood}");
    }
}
