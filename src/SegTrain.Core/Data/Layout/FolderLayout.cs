using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Layout;

/// <summary>Pairs by stem from <c>images/</c> and <c>masks/</c>, in the folder itself or in its <c>train/</c>, <c>val/</c> and <c>test/</c>.</summary>
internal static class FolderLayout
{
    public const string Layouts = """
          understood are: images/ and masks/ with the same file names (extensions may differ);
          train/images, train/masks, val/images, val/masks; pairs.csv; a CSV file 'image,mask[,split]' in place of the folder
        """;

    private static readonly (string Folder, Split Split)[] SplitFolders =
        [("train", Split.Train), ("val", Split.Validation), ("test", Split.Test)];

    public static IReadOnlyList<Pair> Read(string root, DataProblems problems)
    {
        if (HasImages(root))
            return Match(root, "", null, problems);
        var splits = SplitFolders.Where(split => HasImages(Path.Combine(root, split.Folder))).ToList();
        if (splits.Count == 0)
            throw new SegTrainException(ExitCode.Data, $"{root}: no image/mask pairs here;\n{Layouts}");
        return [.. splits.SelectMany(split => Match(Path.Combine(root, split.Folder), split.Folder + "/", split.Split, problems))];
    }

    private static bool HasImages(string folder) => Directory.Exists(Path.Combine(folder, "images")) || Directory.Exists(Path.Combine(folder, "masks"));

    private static List<Pair> Match(string folder, string prefix, Split? split, DataProblems problems)
    {
        var images = ByStem(Path.Combine(folder, "images"), prefix + "images", problems);
        var masks = ByStem(Path.Combine(folder, "masks"), prefix + "masks", problems);
        foreach (var stem in images.Keys.Except(masks.Keys))
            problems.Add("Images without a mask (add the masks or remove the images):", prefix + "images/" + Path.GetFileName(images[stem]));
        foreach (var stem in masks.Keys.Except(images.Keys))
            problems.Add("Masks without an image (add the images or remove the masks):", prefix + "masks/" + Path.GetFileName(masks[stem]));
        return [.. images.Keys.Where(masks.ContainsKey).Order(NaturalOrder.Instance)
            .Select(stem => new Pair(prefix + stem, images[stem], masks[stem], split))];
    }

    private static Dictionary<string, string> ByStem(string folder, string shown, DataProblems problems)
    {
        var found = new Dictionary<string, string>();
        if (!Directory.Exists(folder))
            return found;
        var files = Directory.EnumerateFiles(folder).Where(static file => !Path.GetFileName(file).StartsWith('.')).ToList();
        var images = files.Where(static file => ImageFile.Extensions.Contains(Path.GetExtension(file).ToLowerInvariant())).ToList();
        if (images.Count == 0)
            problems.Add("Folders without PNG, JPEG, BMP or TIFF files:", $"{shown} ({files.Count} other files)");
        foreach (var file in images.Order(NaturalOrder.Instance))
        {
            if (!found.TryAdd(Path.GetFileNameWithoutExtension(file), file))
                problems.Add("Files that differ only in their extension (keep one of them):", $"{shown}/{Path.GetFileName(file)}");
        }

        return found;
    }
}
