namespace SegTrain.Core.Files;

/// <summary>Replaces a file so that a reader, a crash or a full disk ever sees the old one or the new one, whole.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file, flushes to the disk and renames.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Writes it.</param>
    /// <param name="check">Gets the path of what was written, before it takes the file's place; where it throws, nothing stays of it.</param>
    /// <exception cref="IOException">There is no room for it, or no folder.</exception>
    public static void Write(string path, Action<Stream> content, Action<string>? check = null) => FileSizeLimit.Guard(path, () =>
    {
        using var file = new PendingFile(path);
        content(file.Stream);
        file.Complete(check);
    });

    /// <summary>Fails where <see cref="Write"/> would for want of rights, and leaves nothing.</summary>
    /// <exception cref="IOException">There is no such folder, or it is not one for files.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Probe(string path) =>
        new FileStream($"{path}.new", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose).Dispose();

    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
}
