namespace SegTrain.Core.Files;

/// <summary>A file that is written beside the place where it is to be, and gets its name when it is whole; until then a reader, a crash or a full disk sees the old one.</summary>
/// <exception cref="IOException">There is no such folder, or no room.</exception>
internal sealed class PendingFile(string path) : IDisposable
{
    private bool _isComplete;

    /// <summary>Takes what the file is to hold.</summary>
    public FileStream Stream { get; } = new(Beside(path), FileMode.Create, FileAccess.Write, FileShare.None);

    private static string Beside(string path) => $"{path}.new";

    /// <summary>To the disk and to its name.</summary>
    /// <param name="check">Gets the path of what was written before that; where it throws, nothing stays.</param>
    public void Complete(Action<string>? check = null)
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        check?.Invoke(Beside(path));
        File.Move(Beside(path), path, overwrite: true);
        _isComplete = true;
    }

    /// <summary>Takes away what is not complete.</summary>
    public void Dispose()
    {
        if (_isComplete) return;
        try
        {
            Stream.Dispose();
        }
        finally
        {
            File.Delete(Beside(path));
        }
    }
}
