using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Layout.Folders;
using SegTrain.Core.Images;

namespace SegTrain.Core.Inspect;

/// <summary>A picture that several pairs hold, pixel for pixel.</summary>
/// <param name="Pairs">Their names, each with its split.</param>
/// <param name="AcrossSplits">Some are learnt from and others measured on, which makes the measure too good.</param>
/// <param name="SameMask">Whether the masks agree; where not, they teach the net two things about one picture.</param>
internal sealed record Duplicate(IReadOnlyList<SplitName> Pairs, bool AcrossSplits, bool SameMask)
{
    /// <summary>Equal pixels in equal rows; masks are compared where images are equal.</summary>
    public static IReadOnlyList<Duplicate> Find(Observations seen) =>
    [
        .. Enumerable.Range(0, seen.Pairs.Count).Where(i => seen.Images[i] is not null)
            .GroupBy(i => (seen.Images[i]!.Value.Hash, seen.Pairs[i].Pair.Image.Width))
            .Where(static group => group.Skip(1).Any())
            .Select(group => group.Select(i => seen.Pairs[i]).ToList())
            .Select(static same => new Duplicate(
                [.. same.Select(static item => new SplitName(item.Pair.Pair.Name, item.Split))],
                same.Select(static item => item.Split).Distinct().Skip(1).Any(),
                !same.Select(static item => HashOfMask(item.Pair.Pair)).OfType<UInt128>().Distinct().Skip(1).Any())),
    ];

    // Masks that cannot be read, as was said elsewhere, count as equal.
    private static UInt128? HashOfMask(Pair pair)
    {
        try
        {
            return pair.Masks.Aggregate(UInt128.Zero, static (hash, file) => UInt128.RotateLeft(hash, 1) ^ ImageScan.Of(ImageFile.Read(file)).Hash);
        }
        catch (SegTrainException)
        {
            return null;
        }
    }
}

/// <param name="Name">The pair.</param>
/// <param name="Split">train, val or test.</param>
internal sealed record SplitName(string Name, string Split)
{
    public SplitName(string name, Split split)
        : this(name, FolderWords.NameOf(split))
    {
    }

    public override string ToString() => $"{Name} ({Split})";
}
