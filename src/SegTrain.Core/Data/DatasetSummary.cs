using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Data.Splits;

namespace SegTrain.Core.Data;

/// <summary>A data set in a few lines for the log.</summary>
internal static class DatasetSummary
{
    private const int ShownStrays = 20;

    public static IReadOnlyList<string> Synthetic(SyntheticConfig config, ClassList classes, int channels) =>
    [
        "No data.path: the built-in synthetic set stands in (shapes on textured noise, attainable Dice 0.98 and more)",
        $"{config.Train} training and {config.Validation} validation images of {config.Size} x {config.Size}, {Colors(channels)}",
        $"{classes.Count} classes: {string.Join(", ", classes.Names)}",
    ];

    public static IReadOnlyList<string> Files(DataConfig config, PairList list, Division pairs, MaskSurvey survey, int channels, string cache)
    {
        var classes = survey.Classes;
        var pages = pairs.Train.Concat(pairs.Validation).SelectMany(static pair => new[] { pair.Image, pair.Mask }).Count(static header => header.Pages > 1);
        var test = pairs.Test.Count > 0 ? $"; {pairs.Test.Count} test pairs are not used" : "";
        var lines = new List<string>
        {
            $"{config.Path} ({list.Layout}): {pairs.Train.Count} training and {pairs.Validation.Count} validation pairs ({pairs.By}){test}",
            $"{Sizes([.. pairs.Train, .. pairs.Validation])}, {Colors(channels)}; {cache}",
            $"masks {survey.Encoding}: {survey.Reason}",
            $"{classes.Count} classes by mask value:",
        };
        if (pages > 0)
            lines.Insert(2, $"{pages} files hold several pages, of which the first is taken");
        lines.AddRange(classes.Items.Select(static (item, i) => $"  {i} {item.Name} = {item.Value}: {item.Share:P2} of the pixels{(item.Share == 0 ? ", never seen" : "")}"));
        if (classes.Ignored.Count > 0)
            lines.Add($"  ignored = {string.Join(", ", classes.Ignored)}: {classes.IgnoredShare:P2} of the pixels");
        var strays = survey.Scans.Where(static scan => scan.StrayPixels > 0).OrderByDescending(static scan => scan.StrayPixels).ToList();
        if (strays.Count > 0)
            lines.Add($"  values of no class in {strays.Sum(static scan => (long)scan.StrayPixels)} pixels of {strays.Count} masks, data.stray is {config.Stray.ToString().ToLowerInvariant()}:");
        lines.AddRange(strays.Take(ShownStrays).Select(static scan => $"    {scan.Pair.Pair.Name}: {scan.StrayPixels} pixels, most of {MaskValue.Text(scan.Strays[0].Value)}"));
        if (strays.Count > ShownStrays)
            lines.Add($"    and {strays.Count - ShownStrays} more");
        return lines;
    }

    private static string Colors(int channels) => channels switch { 1 => "grey", 3 => "RGB", _ => "RGBA" };

    private static string Sizes(IReadOnlyList<CheckedPair> pairs)
    {
        var sizes = pairs.GroupBy(static pair => (pair.Image.Width, pair.Image.Height)).OrderByDescending(static group => group.Count()).ToList();
        var most = $"{sizes[0].Key.Width} x {sizes[0].Key.Height}";
        if (sizes.Count == 1)
            return $"all of {most}";
        var areas = sizes.Select(static group => group.Key).OrderBy(static size => (long)size.Width * size.Height).ToList();
        return $"{sizes.Count} sizes from {areas[0].Width} x {areas[0].Height} to {areas[^1].Width} x {areas[^1].Height}, most often {most}";
    }
}
