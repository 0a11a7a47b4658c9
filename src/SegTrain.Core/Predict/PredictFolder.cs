using SegTrain.Core.Data.Layout;
using SegTrain.Core.Files;
using SegTrain.Core.Text;

namespace SegTrain.Core.Predict;

/// <summary>Where masks go, and index.csv, which has a row for each image that is done.</summary>
internal sealed class PredictFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _index;
    private readonly HashSet<string> _done;

    private PredictFolder(string path, IReadOnlyList<string> columns, bool resume)
    {
        _lock = Claim(path);
        try
        {
            var index = Path.Combine(path, "index.csv");
            var rows = resume && File.Exists(index) ? Whole(File.ReadAllText(index)) : [];
            if (rows.Count > 0 && !rows[0].SequenceEqual(columns))
                throw new SegTrainException(ExitCode.Usage, $"--resume: {index} is of other classes; predict into another folder, or anew with --force");
            _done = [.. rows.Skip(1).Select(static row => row[0])];
            AtomicFile.WriteText(index, string.Concat((rows.Count == 0 ? [columns] : rows).Select(static row => Csv.Row(row))));
            _index = new(index, FileMode.Append, FileAccess.Write, FileShare.Read);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <param name="path">Made where it is not there.</param>
    /// <param name="columns">Of index.csv.</param>
    /// <param name="resume">Keeps the rows that are there.</param>
    /// <exception cref="SegTrainException">It cannot be written, or another process is at it.</exception>
    public static PredictFolder Open(string path, IReadOnlyList<string> columns, bool resume)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new(path, columns, resume);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Config, $"--out {path}: cannot be written: {refused.Message}", refused);
        }
    }

    /// <summary>Whether an earlier run has finished the image, and its files are there still.</summary>
    public bool Has(PredictInput input, IEnumerable<string> files) => _done.Contains(input.File) && files.All(File.Exists);

    /// <summary>Writes a row, which says that the image is done.</summary>
    public void Add(params IEnumerable<string> fields)
    {
        _index.Write(System.Text.Encoding.UTF8.GetBytes(Csv.Row(fields)));
        _index.Flush();
    }

    public void Dispose()
    {
        _index.Dispose();
        _lock.Dispose();
    }

    private static FileStream Claim(string path)
    {
        var file = Path.Combine(path, ".segtrain-lock");
        try
        {
            return new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException taken) when (File.Exists(file))
        {
            throw new SegTrainException(ExitCode.Config, $"--out {path}: another segtrain is writing into this folder; wait for it, or name another one", taken);
        }
    }

    // A row that a killed run left half written is none.
    private static List<IReadOnlyList<string>> Whole(string text) => [.. CsvReader.Read(text[..(text.LastIndexOf('\n') + 1)]).Select(static row => row.Fields)];
}
