namespace SegTrain.Core.Data.Layout;

internal enum Split
{
    Train,
    Validation,
    Test,
}

/// <summary>An image file and its mask file.</summary>
/// <param name="Name">Short and unique in the set: the image's stem, with its folder where stems repeat.</param>
/// <param name="Image">Path of the image file.</param>
/// <param name="Mask">Path of the mask file.</param>
/// <param name="Split">Null where neither a manifest nor a folder says.</param>
internal sealed record Pair(string Name, string Image, string Mask, Split? Split);
