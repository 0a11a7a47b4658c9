using SegTrain.Core.Data.Layout.Folders;

namespace SegTrain.Core.Data.Layout;

/// <summary>Joins images and masks of one key.</summary>
internal static class PairMatcher
{
    /// <param name="found">Images and masks.</param>
    /// <param name="root">The folder of the set.</param>
    /// <param name="problems">Takes files that have no partner or several.</param>
    public static IReadOnlyList<Pair> Match(Candidates found, string root, DataProblems problems)
    {
        var images = Unique(found.Images, problems);
        var masks = Unique(found.Masks, problems);
        var planes = found.Planes?.Select(plane => Unique(plane, problems)).ToList();
        IReadOnlyList<Pair> pairs = [.. images.Keys.Where(masks.ContainsKey)
            .Select(key => new Pair(key, Path.Combine(root, images[key]), Path.Combine(root, masks[key]), SplitOf(key)) { Planes = planes?.ConvertAll(plane => plane.GetValueOrDefault(key)) })];

        // Lists choose from what is there; files that they leave out need no partner.
        if (SplitLists.Find(root) is { } lists)
            return lists.Choose(pairs, problems);
        var lonely = images.Keys.Except(masks.Keys).ToList();

        // Sets that were handed out for a contest have no masks for their test images.
        if (!masks.Keys.Any(static key => SplitOf(key) == Split.Test))
            lonely.RemoveAll(static key => SplitOf(key) == Split.Test);
        foreach (var key in lonely)
            problems.Add("Images without a mask (add the masks, remove the images, or say by data.images and data.masks how names pair):", images[key]);
        foreach (var key in masks.Keys.Except(images.Keys))
            problems.Add("Masks without an image (add the images, remove the masks, or say by data.images and data.masks how names pair):", masks[key]);

        // Where it does not sort all of the pairs, train/ may be about railways.
        return pairs.All(static pair => pair.Split is not null) && pairs.Any(static pair => pair.Split == Split.Train)
            ? pairs : [.. pairs.Select(static pair => pair with { Split = null })];
    }

    private static Split? SplitOf(string key) => key.Split('/')[..^1].Select(FolderWords.SplitOf).FirstOrDefault(static split => split is not null);

    private static Dictionary<string, string> Unique(IReadOnlyList<KeyedFile> files, DataProblems problems)
    {
        var unique = new Dictionary<string, string>(files.Count);
        foreach (var (key, path) in files)
        {
            if (!unique.TryAdd(key, path))
                problems.Add("Several files for one pair (keep one of them, or say by data.images and data.masks which ones are meant):", $"{path}, {unique[key]}");
        }

        return unique;
    }
}
