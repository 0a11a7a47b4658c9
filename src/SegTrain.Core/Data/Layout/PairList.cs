using SegTrain.Core.Images;

namespace SegTrain.Core.Data.Layout;

/// <summary>A pair whose files are there, complete and of one size.</summary>
internal sealed record CheckedPair(Pair Pair, ImageHeader Image, ImageHeader Mask)
{
    /// <summary>Those of its masks that went through JPEG.</summary>
    public IReadOnlyList<string> JpegMasks { get; init; } = [];
}

/// <summary>The pairs of a data set, checked without decoding.</summary>
/// <param name="Layout">How images and masks were found, for people.</param>
/// <param name="Pairs">The usable ones, in natural order.</param>
internal sealed record PairList(string Layout, IReadOnlyList<CheckedPair> Pairs)
{
    /// <param name="data">The path and perhaps the patterns of the set.</param>
    /// <param name="problems">Takes what is wrong with the other files.</param>
    /// <exception cref="SegTrainException">There is nothing that could be looked at.</exception>
    public static PairList Find(DataConfig data, DataProblems problems)
    {
        var (layout, pairs) = Readable(data, problems);
        var complete = pairs.AsParallel().AsOrdered().Select(pair => Check(pair, data.Channels, problems)).OfType<CheckedPair>().ToList();
        if (complete.Count == 0 && problems.All.Count == 0)
            throw new SegTrainException(ExitCode.Data, $"{data.Path}: no image/mask pairs here ({layout});\n{FolderLayout.Understood}");
        return new(layout, complete);
    }

    private static (string Layout, IReadOnlyList<Pair> Pairs) Readable(DataConfig data, DataProblems problems)
    {
        try
        {
            return Read(data, problems);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Data, $"{data.Path}: {denied.Message}", denied);
        }
    }

    private static (string Layout, IReadOnlyList<Pair> Pairs) Read(DataConfig data, DataProblems problems)
    {
        var path = data.Path!;
        var manifest = File.Exists(path) ? path : Path.Combine(path, "pairs.csv");
        if (!Directory.Exists(path) && !File.Exists(path))
            throw new SegTrainException(ExitCode.Data, $"{path}: no such folder or file; data.path must name a data set:\n{FolderLayout.Understood}");
        var byPattern = (data.Images ?? data.Masks) is not null || data.HasPlanes;
        if (!byPattern && File.Exists(manifest))
            return (Path.GetFileName(manifest), Manifest.Read(manifest, problems));
        var found = byPattern ? PatternLayout.Read(data) : FolderLayout.Read(FileTree.Of(path));
        return (found.Layout, PairMatcher.Match(found, path, problems));
    }

    private static CheckedPair? Check(Pair pair, int channels, DataProblems problems)
    {
        var image = Identify(pair.Image, problems);
        var masks = pair.Masks.Select(file => Identify(file, problems)).ToList();
        if (image is null || masks.Contains(null))
            return null;
        if (masks.Find(mask => (mask!.Width, mask.Height) != (image.Width, image.Height)) is { } other)
        {
            problems.Add(
                "The mask must have the size of its image, as EXIF turns it (width x height):",
                $"{pair.Name}: image {image.Width} x {image.Height}, mask {other.Width} x {other.Height}");
            return null;
        }

        if (masks.Find(static mask => mask!.Bits == 32 || mask.HasBands) is { } odd)
        {
            problems.Add(
                "Masks must hold class indices, grey levels or colours (save them with 8 or 16 bits a sample, as grey or RGB):",
                $"{pair.Name}: {(odd.HasBands ? $"{odd.Channels} bands" : "floating point")}");
            return null;
        }

        if (image.HasBands && image.Channels != channels)
        {
            problems.Add(
                "Images with bands that are no colours can be learnt from only where data.channels is their number, which it can be up to 4 (save files of fewer bands):",
                $"{pair.Name}: {image.Channels} bands");
            return null;
        }

        return new(pair, image, masks[0]!) { JpegMasks = pair.Masks.Where((_, i) => masks[i]!.Format == ImageFormat.Jpeg).ToArray() };
    }

    private static ImageHeader? Identify(string file, DataProblems problems)
    {
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
