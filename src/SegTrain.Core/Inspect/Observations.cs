using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;

namespace SegTrain.Core.Inspect;

/// <summary>What was seen of each file; the findings follow from it.</summary>
/// <param name="Pairs">All usable pairs: training, validation, test.</param>
/// <param name="Images">One for each pair; null where the image does not decode.</param>
/// <param name="Masks">Of each <see cref="Split"/>, those that could be read.</param>
/// <param name="Survey">The classes; null where none could be made out.</param>
internal sealed record Observations(
    IReadOnlyList<(CheckedPair Pair, Split Split)> Pairs, IReadOnlyList<ImageScan?> Images, IReadOnlyList<IReadOnlyList<MaskScan>> Masks, MaskSurvey? Survey)
{
    public IEnumerable<(MaskScan Scan, Split Split)> AllMasks => Masks.SelectMany(static (scans, split) => scans.Select(scan => (scan, (Split)split)));

    public static long Pixels(MaskScan scan) => (long)scan.Pair.Mask.Width * scan.Pair.Mask.Height;
}
