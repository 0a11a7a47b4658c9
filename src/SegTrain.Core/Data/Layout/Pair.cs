namespace SegTrain.Core.Data.Layout;

internal enum Split
{
    Train,
    Validation,
    Test,
}

/// <summary>An image file and its mask file.</summary>
/// <param name="Name">Short and unique in the set: what the names of image and mask have in common.</param>
/// <param name="Image">Path of the image file.</param>
/// <param name="Mask">Path of the mask file; of several the first.</param>
/// <param name="Split">Null where neither a manifest, a list nor a folder says.</param>
internal sealed record Pair(string Name, string Image, string Mask, Split? Split)
{
    /// <summary>Where each class has mask files of its own: the file of each class, null where there is none. Null where one file has them all.</summary>
    public IReadOnlyList<string?>? Planes { get; init; }

    public IEnumerable<string> Masks => Planes?.OfType<string>() ?? [Mask];
}
