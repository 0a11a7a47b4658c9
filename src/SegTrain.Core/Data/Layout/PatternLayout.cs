namespace SegTrain.Core.Data.Layout;

/// <summary>Images and masks by the patterns of the configuration.</summary>
internal static class PatternLayout
{
    /// <exception cref="SegTrainException">A pattern that matches nothing, or two whose wildcards cannot be equal.</exception>
    public static Candidates Read(DataConfig data)
    {
        if (data.HasPlanes)
            return ReadPlanes(data);
        var maskPattern = data.Masks ?? throw new SegTrainException(ExitCode.Config, "data.images says which files are images; set data.masks as well, for which are masks");
        var masks = new PathPattern(data.Path!, maskPattern);
        var imagePattern = data.Images ?? (masks.Wildcards == 1 ? "*" : "**/*");
        var images = new PathPattern(data.Path!, imagePattern);
        RefuseUnlike((images, imagePattern, "data.images"), (masks, maskPattern, "data.masks"));
        var maskFiles = Matched(masks, maskPattern, "data.masks");
        return new($"by data.images '{imagePattern}' and data.masks '{maskPattern}'", Without(maskFiles, Matched(images, imagePattern, "data.images")), maskFiles);
    }

    private static Candidates ReadPlanes(DataConfig data)
    {
        var images = new PathPattern(data.Path!, data.Images!);
        var planes = new List<IReadOnlyList<KeyedFile>>();
        foreach (var item in data.Classes)
        {
            var (pattern, key) = (new PathPattern(data.Path!, item.Masks!), $"masks of class '{item.Name}'");
            RefuseUnlike((images, data.Images!, "data.images"), (pattern, item.Masks!, key));
            planes.Add(Matched(pattern, item.Masks!, key));
        }

        IReadOnlyList<KeyedFile> masks = [.. planes.SelectMany(static plane => plane).DistinctBy(static file => file.Key)];
        return new($"by data.images '{data.Images}' and the masks of each class", Without(planes.SelectMany(static plane => plane), Matched(images, data.Images!, "data.images")), masks)
        {
            Planes = planes,
        };
    }

    private static void RefuseUnlike((PathPattern Pattern, string Text, string Key) images, (PathPattern Pattern, string Text, string Key) masks)
    {
        if (images.Pattern.Wildcards != masks.Pattern.Wildcards)
        {
            throw new SegTrainException(
                ExitCode.Config,
                $"{images.Key} '{images.Text}' has {images.Pattern.Wildcards} wildcards and {masks.Key} '{masks.Text}' has {masks.Pattern.Wildcards}; what they stand for makes the pairs, so both need as many");
        }
    }

    // A wide pattern for images takes in the masks.
    private static IReadOnlyList<KeyedFile> Without(IEnumerable<KeyedFile> masks, IReadOnlyList<KeyedFile> images)
    {
        var taken = masks.Select(static file => file.Path).ToHashSet();
        return [.. images.Where(file => !taken.Contains(file.Path))];
    }

    private static IReadOnlyList<KeyedFile> Matched(PathPattern pattern, string text, string key) => pattern.Files() is { Count: > 0 } files
        ? files : throw new SegTrainException(ExitCode.Data, $"{key}: '{text}' matches no PNG, JPEG, BMP, TIFF or WebP file under {pattern.Folder}");
}
