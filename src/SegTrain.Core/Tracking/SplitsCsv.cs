using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Layout.Folders;
using SegTrain.Core.Text;

namespace SegTrain.Core.Tracking;

/// <summary>splits.csv: each pair of the set and whether it is in train, val or test. The built-in set has none.</summary>
internal static class SplitsCsv
{
    public static string Text(IEnumerable<(string Name, Split Split)> splits) =>
        Csv.Row("name", "split") + string.Concat(splits.Select(static pair => Csv.Row(pair.Name, FolderWords.NameOf(pair.Split))));
}
