using SegTrain.Core.Images;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data;

/// <summary>A pair whose files are there, complete and of one size.</summary>
internal sealed record CheckedPair(Pair Pair, ImageHeader Image, ImageHeader Mask);

/// <summary>The pairs of a data set, checked without decoding and split.</summary>
/// <param name="Train">At least one.</param>
/// <param name="Validation">At least one.</param>
/// <param name="Test">Pairs set aside; training uses none of them.</param>
/// <param name="SplitBy">How the split came about, for the log.</param>
internal sealed record PairList(IReadOnlyList<CheckedPair> Train, IReadOnlyList<CheckedPair> Validation, int Test, string SplitBy)
{
    /// <exception cref="SegTrainException">Problems of the set, all at once.</exception>
    public static PairList Find(string path, double validation, int seed)
    {
        var problems = new DataProblems();
        var pairs = Read(path, problems);
        var complete = pairs.AsParallel().AsOrdered().Select(pair => Check(pair, problems)).OfType<CheckedPair>().ToList();
        problems.ThrowIfAny(path);
        if (complete.Count == 0)
            throw new SegTrainException(ExitCode.Data, $"{path}: no image/mask pairs here;\n{FolderLayout.Layouts}");
        return Divide(path, complete, validation, seed);
    }

    private static IReadOnlyList<Pair> Read(string path, DataProblems problems)
    {
        if (File.Exists(path))
            return Manifest.Read(path, problems);
        if (!Directory.Exists(path))
            throw new SegTrainException(ExitCode.Data, $"{path}: no such folder or file; data.path must name a data set:\n{FolderLayout.Layouts}");
        var manifest = Path.Combine(path, "pairs.csv");
        return File.Exists(manifest) ? Manifest.Read(manifest, problems) : FolderLayout.Read(path, problems);
    }

    private static CheckedPair? Check(Pair pair, DataProblems problems)
    {
        var image = Identify(pair.Image);
        var mask = Identify(pair.Mask);
        if (image is null || mask is null)
            return null;
        if ((image.Width, image.Height) != (mask.Width, mask.Height))
        {
            problems.Add(
                "The mask must have the size of its image, as EXIF turns it (width x height):",
                $"{pair.Name}: image {image.Width} x {image.Height}, mask {mask.Width} x {mask.Height}");
        }

        return new(pair, image, mask);

        ImageHeader? Identify(string file)
        {
            // Files that a manifest names and nobody has were reported with their line.
            if (!File.Exists(file))
                return null;
            try
            {
                return ImageFile.Identify(file);
            }
            catch (SegTrainException e)
            {
                problems.Add("Files that cannot be read:", e.Message);
                return null;
            }
        }
    }

    private static PairList Divide(string path, List<CheckedPair> pairs, double validation, int seed)
    {
        var named = pairs.Count(static pair => pair.Pair.Split is not null);
        if (named == 0)
            return DivideByRatio(path, pairs, validation, seed);
        if (named < pairs.Count)
        {
            var without = pairs.First(static pair => pair.Pair.Split is null).Pair.Name;
            throw new SegTrainException(ExitCode.Data, $"{path}: {pairs.Count - named} pairs have no split, the first is {without}; name a split for all of them or for none");
        }

        var bySplit = pairs.ToLookup(static pair => pair.Pair.Split!.Value);
        foreach (var (split, name) in new[] { (Split.Train, "train"), (Split.Validation, "val") })
        {
            if (!bySplit.Contains(split))
                throw new SegTrainException(ExitCode.Data, $"{path}: no pair is in '{name}'; add some, or leave out the splits and set data.validation");
        }

        return new([.. bySplit[Split.Train]], [.. bySplit[Split.Validation]], bySplit[Split.Test].Count(), "as the set says");
    }

    private static PairList DivideByRatio(string path, List<CheckedPair> pairs, double validation, int seed)
    {
        if (pairs.Count < 2)
            throw new SegTrainException(ExitCode.Data, $"{path}: one pair is not enough; training and validation need at least one each");
        var order = Enumerable.Range(0, pairs.Count).ToArray();
        var random = new CounterRandom((ulong)seed, RandomStream.Split);
        random.Shuffle(order);
        var count = Math.Clamp((int)Math.Round(pairs.Count * validation), 1, pairs.Count - 1);
        return new(
            [.. order[count..].Order().Select(i => pairs[i])],
            [.. order[..count].Order().Select(i => pairs[i])],
            0,
            $"{validation:0.##} for validation, drawn with seed {seed}");
    }
}
