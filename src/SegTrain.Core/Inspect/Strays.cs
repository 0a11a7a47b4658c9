using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout.Folders;
using SegTrain.Core.Data.Masks;

namespace SegTrain.Core.Inspect;

/// <summary>Mask values that belong to no class, and, where classes were found rather than named, those that hardly are one.</summary>
/// <param name="Values">The most frequent first.</param>
/// <param name="Files">The masks that hold them, those with the most pixels first.</param>
internal sealed record Strays(IReadOnlyList<StrayValue> Values, IReadOnlyList<StrayFile> Files)
{
    /// <summary>A class that so few masks hold, and so little of them, may be a slip of the brush.</summary>
    private const double RareMasks = 0.25;
    private const double RareShare = 0.01;

    /// <param name="seen">The masks and their classes.</param>
    /// <param name="table">The classes with their counts.</param>
    /// <param name="named">Whether the configuration named them.</param>
    /// <param name="shown">How a mask's path is written.</param>
    public static Strays Of(Observations seen, IReadOnlyList<ClassRow> table, bool named, Func<string, string> shown)
    {
        if (seen.Survey is not { Classes: var classes })
            return new([], []);
        var masks = seen.Masks.Sum(static scans => scans.Count);
        var rare = named || classes.Count == 2 || IsNumbered(classes) ? [] : table.Where(row => row.Index is not null && row.All.Masks <= RareMasks * masks && row.All.Share < RareShare).ToList();
        var values = new Dictionary<int, (long Pixels, int Masks)>();
        var files = new List<StrayFile>();
        foreach (var (scan, split) in seen.AllMasks)
        {
            var slips = rare.Select(row => (row.Value, Pixels: ClassTable.Count(scan, row.Index!.Value, classes))).Where(static slip => slip.Pixels > 0).ToList();
            if (scan.StrayPixels == 0 && slips.Count == 0)
                continue;
            foreach (var stray in scan.Strays)
            {
                var (pixels, among) = values.GetValueOrDefault(stray.Value);
                values[stray.Value] = (pixels + stray.Count, among + 1);
            }

            var all = scan.StrayPixels + slips.Sum(static slip => slip.Pixels);
            var width = scan.Pair.Mask.Width;
            files.Add(new(
                shown(scan.Pair.Pair.Mask),
                FolderWords.NameOf(split),
                all,
                (double)all / Observations.Pixels(scan),
                [
                    .. scan.Strays.Select(stray => new StrayPixels(InspectionWords.Value(MaskValue.Text(stray.Value), classes), stray.Count, stray.First % width, stray.First / width)),
                    .. slips.Select(static slip => new StrayPixels(slip.Value, slip.Pixels, null, null)),
                ]));
        }

        return new(
            [
                .. values.OrderByDescending(static value => value.Value.Pixels).ThenBy(static value => value.Key)
                    .Select(value => StrayValue.Of(MaskValue.Text(value.Key), null, value.Value.Pixels, value.Value.Masks, classes)),
                .. rare.Select(row => StrayValue.Of(row.Value, row.Name, row.All.Pixels, row.All.Masks, classes)),
            ],
            [.. files.OrderByDescending(static file => file.Pixels)]);
    }

    // 0, 1, 2, ... were numbered on purpose, a rare one too.
    private static bool IsNumbered(ClassList classes) => classes.Items.Select(static (item, i) => item.Value == i.ToString()).All(static same => same);
}

/// <param name="Value">A grey level or '#RRGGBB'.</param>
/// <param name="Class">The class it was found to be; null for a value of no class.</param>
/// <param name="Pixels">In all masks; of values of no class, in those masks that have it among their 16 most frequent.</param>
/// <param name="Masks">How many these are.</param>
/// <param name="Nearest">The nearest other class.</param>
/// <param name="Distance">To that class's value, as data.tolerance measures it.</param>
internal sealed record StrayValue(string Value, string? Class, long Pixels, int Masks, string Nearest, double? Distance)
{
    public static StrayValue Of(string value, string? own, long pixels, int masks, ClassList classes)
    {
        var at = ValueRange.Parse(value).First;
        var nearest = classes.Items.Where(item => item.Name != own).Select(item => (item.Name, Distance: ValueRange.Parse(item.Value).Distance(at))).MinBy(static item => item.Distance);
        return new(InspectionWords.Value(value, classes), own, pixels, masks, nearest.Name, double.IsFinite(nearest.Distance) ? Math.Round(nearest.Distance, 1) : null);
    }
}

/// <param name="File">The mask, relative to the data set.</param>
/// <param name="Split">train, val or test.</param>
/// <param name="Pixels">With such values.</param>
/// <param name="Share">Of the mask, from 0 to 1.</param>
/// <param name="Values">The most frequent of them, at most 16 of no class.</param>
internal sealed record StrayFile(string File, string Split, long Pixels, double Share, IReadOnlyList<StrayPixels> Values);

/// <param name="Value">A grey level or '#RRGGBB'.</param>
/// <param name="Pixels">With the value.</param>
/// <param name="X">Column of the first of them, from 0; null for a value that was found to be a class.</param>
/// <param name="Y">Its row.</param>
internal sealed record StrayPixels(string Value, long Pixels, int? X, int? Y);
