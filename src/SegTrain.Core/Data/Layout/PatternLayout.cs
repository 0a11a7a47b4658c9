namespace SegTrain.Core.Data.Layout;

/// <summary>Images and masks by the patterns of the configuration.</summary>
internal static class PatternLayout
{
    /// <exception cref="SegTrainException">A pattern that matches nothing, or two whose wildcards cannot be equal.</exception>
    public static Candidates Read(DataConfig data)
    {
        var maskPattern = data.Masks ?? throw new SegTrainException(ExitCode.Config, "data.images says which files are images; set data.masks as well, for which are masks");
        var masks = new PathPattern(data.Path!, maskPattern);
        var imagePattern = data.Images ?? (masks.Wildcards == 1 ? "*" : "**/*");
        var images = new PathPattern(data.Path!, imagePattern);
        if (images.Wildcards != masks.Wildcards)
        {
            throw new SegTrainException(
                ExitCode.Config,
                $"data.images '{imagePattern}' has {images.Wildcards} wildcards and data.masks '{maskPattern}' has {masks.Wildcards}; what they stand for makes the pairs, so both need as many");
        }

        var maskFiles = Matched(masks, maskPattern, "data.masks");
        var taken = maskFiles.Select(static file => file.Path).ToHashSet();
        return new(
            $"by data.images '{imagePattern}' and data.masks '{maskPattern}'", [.. Matched(images, imagePattern, "data.images").Where(file => !taken.Contains(file.Path))], maskFiles);
    }

    private static IReadOnlyList<KeyedFile> Matched(PathPattern pattern, string text, string key) => pattern.Files() is { Count: > 0 } files
        ? files : throw new SegTrainException(ExitCode.Data, $"{key}: '{text}' matches no PNG, JPEG, BMP or TIFF file under {pattern.Folder}");
}
