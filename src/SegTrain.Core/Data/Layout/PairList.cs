using SegTrain.Core.Images;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Layout;

/// <summary>A pair whose files are there, complete and of one size.</summary>
internal sealed record CheckedPair(Pair Pair, ImageHeader Image, ImageHeader Mask);

/// <summary>The pairs of a data set, checked without decoding and split.</summary>
/// <param name="Train">Learnt from.</param>
/// <param name="Validation">Measured on.</param>
/// <param name="Test">Set aside; training uses none of them.</param>
/// <param name="SplitBy">How the split came about, for the log.</param>
internal sealed record PairList(IReadOnlyList<CheckedPair> Train, IReadOnlyList<CheckedPair> Validation, IReadOnlyList<CheckedPair> Test, string SplitBy)
{
    /// <summary>The usable pairs; without any problem there is at least one to train on and one to validate on.</summary>
    /// <param name="path">A folder or manifest.</param>
    /// <param name="validation">Share for validation where the set names no split.</param>
    /// <param name="seed">Draws that share.</param>
    /// <param name="problems">Takes what is wrong with the other pairs.</param>
    /// <exception cref="SegTrainException">There is nothing that could be looked at.</exception>
    public static PairList Find(string path, double validation, int seed, DataProblems problems)
    {
        var pairs = Read(path, problems);
        var complete = pairs.AsParallel().AsOrdered().Select(pair => Check(pair, problems)).OfType<CheckedPair>().ToList();
        if (complete.Count == 0)
        {
            problems.ThrowIfAny(path);
            throw new SegTrainException(ExitCode.Data, $"{path}: no image/mask pairs here;\n{FolderLayout.Layouts}");
        }

        return Divide(complete, validation, seed, problems);
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
            return null;
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

    private static PairList Divide(List<CheckedPair> pairs, double validation, int seed, DataProblems problems)
    {
        var without = pairs.Where(static pair => pair.Pair.Split is null).ToList();
        if (without.Count == pairs.Count)
            return DivideByRatio(pairs, validation, seed, problems);
        foreach (var pair in without)
            problems.Add("Pairs without a split (name one for all of them or for none):", pair.Pair.Name);

        var bySplit = pairs.ToLookup(static pair => pair.Pair.Split);
        foreach (var (split, name) in new[] { (Split.Train, "train"), (Split.Validation, "val") })
        {
            if (!bySplit.Contains(split))
                problems.Add("Training and validation need pairs (add some, or leave out the splits and set data.validation):", $"no pair is in '{name}'");
        }

        return new([.. bySplit[Split.Train]], [.. bySplit[Split.Validation]], [.. bySplit[Split.Test]], "as the set says");
    }

    private static PairList DivideByRatio(List<CheckedPair> pairs, double validation, int seed, DataProblems problems)
    {
        if (pairs.Count < 2)
            problems.Add("One pair is not enough; training and validation need at least one each:", pairs[0].Pair.Name);
        var order = Enumerable.Range(0, pairs.Count).ToArray();
        var random = new CounterRandom((ulong)seed, RandomStream.Split);
        random.Shuffle(order);
        var count = pairs.Count < 2 ? 0 : Math.Clamp((int)Math.Round(pairs.Count * validation), 1, pairs.Count - 1);
        return new(
            [.. order[count..].Order().Select(i => pairs[i])],
            [.. order[..count].Order().Select(i => pairs[i])],
            [],
            $"{validation:0.##} for validation, drawn with seed {seed}");
    }
}
