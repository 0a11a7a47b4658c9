namespace SegTrain.Core.Data.Layout;

/// <param name="Key">What the names of an image and its mask have in common.</param>
/// <param name="Path">The file, below the folder of the set or absolute.</param>
internal readonly record struct KeyedFile(string Key, string Path);

/// <summary>Which files are images and which are masks.</summary>
/// <param name="Layout">How that was seen, for people.</param>
/// <param name="Images">In natural order.</param>
/// <param name="Masks">In natural order.</param>
internal sealed record Candidates(string Layout, IReadOnlyList<KeyedFile> Images, IReadOnlyList<KeyedFile> Masks)
{
    /// <summary>The masks of each class where classes have files of their own; <see cref="Masks"/> then has one for each key.</summary>
    public IReadOnlyList<IReadOnlyList<KeyedFile>>? Planes { get; init; }

    public int Pairs => Images.Select(static image => image.Key).Intersect(Masks.Select(static mask => mask.Key)).Count();
}
