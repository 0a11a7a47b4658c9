using System.Globalization;
using SegTrain.Core.Files;
using SegTrain.Core.Text;

namespace SegTrain.Core.Tracking;

/// <summary>metrics.csv: one row an epoch, one column a metric; empty where an epoch has no such value.</summary>
/// <param name="path">The file.</param>
/// <param name="columns">Names of the metrics, in order; the epoch comes first.</param>
internal sealed class MetricsCsv(string path, IReadOnlyList<string> columns)
{
    /// <summary>Starts the file, or keeps its rows up to an epoch when a run goes on from there.</summary>
    public void Open(int finishedEpochs)
    {
        var header = Csv.Row(columns.Prepend("epoch"));
        var rows = finishedEpochs == 0 || !File.Exists(path) ? [] : File.ReadLines(path).Skip(1).Where(row => EpochOf(row) <= finishedEpochs);
        AtomicFile.WriteText(path, header + string.Concat(rows.Select(static row => row + "\n")));
    }

    public void Append(int epoch, IReadOnlyDictionary<string, double> metrics)
    {
        var values = columns.Select(column =>
            metrics.TryGetValue(column, out var value) && double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
        FileSizeLimit.Guard(path, () => File.AppendAllText(path, $"{epoch},{string.Join(',', values)}\n"));
    }

    // A row that a kill cut short may lack its comma; it belongs to an epoch that is done again. What somebody else wrote belongs to none.
    private static int EpochOf(string row) =>
        row.IndexOf(',') is var end and > 0 && int.TryParse(row.AsSpan(0, end), CultureInfo.InvariantCulture, out var epoch) ? epoch : int.MaxValue;
}
