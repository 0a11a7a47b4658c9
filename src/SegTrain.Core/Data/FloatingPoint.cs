using SegTrain.Core.Data.Augment;
using SegTrain.Core.Data.Augment.Pixels;
using SegTrain.Core.Data.Layout;

namespace SegTrain.Core.Data;

/// <summary>
/// Images of floating-point samples are taken as they are, whatever their range, and only the set's mean and standard deviation bring them to the net's
/// scale; whole samples are divided by the largest first. So a set has one kind or the other, and colours are not changed where that would cut them off.
/// </summary>
internal static class FloatingPoint
{
    /// <exception cref="SegTrainException">The set has both, or an augmentation expects values from 0 to 1.</exception>
    public static void Check(AugmentConfig augment, IReadOnlyList<CheckedPair> pairs)
    {
        if (pairs.FirstOrDefault(static pair => pair.Image.Bits == 32) is not { } pair)
            return;
        if (pairs.FirstOrDefault(static pair => pair.Image.Bits != 32) is { } other)
        {
            throw new SegTrainException(
                ExitCode.Data, $"{pair.Pair.Name} has floating-point samples and {other.Pair.Name} has {other.Image.Bits} bits: their scales differ. Save all images in one kind.");
        }

        var filled = augment.WithPreset();
        var keys = AugmentationTable.Rows.Where(row => row.Strength(filled) > 0 && row.Preset.Make() is IRetouch { KeepsToUnitRange: true })
            .Select(static row => $"augment.{row.Key.Name.ToLowerInvariant()}").ToList();
        if (keys.Count > 0)
        {
            throw new SegTrainException(
                ExitCode.Config, $"{string.Join(", ", keys)}: they keep colours from 0 to 1, but {pair.Pair.Name} has floating-point samples of any range; set them to 0, or save the images with 16 bits");
        }
    }
}
