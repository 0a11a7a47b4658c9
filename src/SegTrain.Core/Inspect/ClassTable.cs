using System.Text.Json.Serialization;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Masks;

namespace SegTrain.Core.Inspect;

/// <param name="Index">What the net learns; null for ignored pixels and for those of no class.</param>
/// <param name="Name">As in metrics.</param>
/// <param name="Value">Its mask value or values, as the configuration writes them.</param>
/// <param name="Color">Display colour '#RRGGBB'.</param>
/// <param name="All">Over all splits.</param>
/// <param name="Train">In the training masks.</param>
/// <param name="Validation">In the validation masks.</param>
/// <param name="Test">In the test masks.</param>
internal sealed record ClassRow(int? Index, string Name, string Value, string Color, Extent All, Extent Train, Extent Validation, Extent Test);

/// <param name="Pixels">How many, in all masks of the split.</param>
/// <param name="Share">Of the pixels of these masks, from 0 to 1.</param>
/// <param name="Masks">In how many masks there are any.</param>
internal sealed record Extent(long Pixels, double Share, int Masks)
{
    [JsonIgnore]
    public bool IsEmpty => Pixels == 0;

    /// <param name="scans">The masks.</param>
    /// <param name="count">Pixels of a mask that are meant.</param>
    public static Extent Of(IEnumerable<MaskScan> scans, Func<MaskScan, long> count)
    {
        var (pixels, all, masks) = (0L, 0L, 0);
        foreach (var scan in scans)
        {
            var found = count(scan);
            (pixels, all, masks) = (pixels + found, all + Observations.Pixels(scan), masks + (found > 0 ? 1 : 0));
        }

        return new(pixels, all == 0 ? 0 : (double)pixels / all, masks);
    }
}

/// <summary>Pixels and masks of each class and split, then of what is ignored, then of values that belong to no class.</summary>
internal static class ClassTable
{
    public static IReadOnlyList<ClassRow> Of(Observations seen, StrayPolicy policy)
    {
        if (seen.Survey is not { Classes: var classes })
            return [];
        var rows = classes.Items.Select((item, index) => Row(index, item.Name, InspectionWords.Value(item.Value, classes), item.Color, scan => Count(scan, index, classes)));

        // Values of no class that are let pass are among the ignored ones or the nearest class; the table shows them once.
        var ignored = Row(null, "ignored", string.Join(", ", classes.Ignored), Overlay.IgnoredColor, scan => Count(scan, ClassList.Ignore, classes) - (policy == StrayPolicy.Ignore ? scan.StrayPixels : 0));
        var strays = Row(null, "no class", "", Overlay.StrayColor, scan => policy == StrayPolicy.Nearest ? 0 : scan.StrayPixels);
        return [.. rows, .. new[] { ignored, strays }.Where(static row => !row.All.IsEmpty)];

        ClassRow Row(int? index, string name, string value, string color, Func<MaskScan, long> count) => new(
            index, name, value, color,
            Extent.Of(seen.Masks.SelectMany(static scans => scans), count), Extent.Of(seen.Masks[0], count), Extent.Of(seen.Masks[1], count), Extent.Of(seen.Masks[2], count));
    }

    /// <summary>Pixels of a class in one mask; where pixels may have several labels, of all combinations with it.</summary>
    public static long Count(MaskScan scan, int index, ClassList classes)
    {
        var pixels = 0L;
        foreach (var count in scan.Classes)
        {
            if (index == ClassList.Ignore ? count.Index == index : classes.ClassesOf(count.Index).Contains(index))
                pixels += count.Pixels;
        }

        return pixels;
    }
}
