using System.Security.Cryptography;
using SegTrain.Core.Files;

namespace SegTrain.Core.Trained;

/// <summary>
/// A folder of files and their checksums in the form of sha256sum. It is written beside the old one, which is kept as NAME.old until the next: at every
/// instant one of them is whole.
/// </summary>
internal static class CheckpointFolder
{
    private const string Sums = "SHA256SUMS";

    /// <summary>Where a checkpoint is until it is whole.</summary>
    public static string Beside(string path) => $"{path}.new";

    /// <summary>Whether the folder was written to its end.</summary>
    public static bool IsComplete(string folder) => File.Exists(Path.Combine(folder, Sums));

    /// <summary>Whether the file is that of the checksums.</summary>
    public static bool IsSums(string file) => Path.GetFileName(file) == Sums;

    /// <summary>The newest first. A run that was killed between the two renames of <see cref="Replace"/> left its newest under the second name.</summary>
    public static IEnumerable<string> Complete(string path) => new[] { path, Beside(path), $"{path}.old" }.Where(IsComplete);

    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="write">Gets the folder to write into; returns the lines of checksums that <see cref="Write"/> gave.</param>
    /// <exception cref="IOException">The disk is full, or the run folder is gone.</exception>
    public static void Replace(string path, Func<string, IEnumerable<string>> write)
    {
        var (beside, old) = (Beside(path), $"{path}.old");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new DirectoryNotFoundException($"the folder {Path.GetDirectoryName(path)} is gone");
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        AtomicFile.WriteText(Path.Combine(beside, Sums), string.Concat(write(beside)));
        if (Directory.Exists(path))
        {
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
            Directory.Move(path, old);
        }
        Directory.Move(beside, path);
    }

    /// <returns>The file's line of checksums.</returns>
    public static string Write(string folder, string name, Action<Stream> content)
    {
        using var sha = SHA256.Create();
        AtomicFile.Write(Path.Combine(folder, name), stream =>
        {
            using var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
            content(hashed);
        });
        return $"{Convert.ToHexStringLower(sha.Hash!)}  {name}\n";
    }

    /// <returns>The files that have a checksum.</returns>
    /// <exception cref="InvalidDataException">One is not what was written.</exception>
    public static IReadOnlyList<string> Verify(string folder)
    {
        var names = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(folder, Sums)))
        {
            if (line.Split("  ") is not [var sum, var name]) throw new InvalidDataException($"{Sums} is not what was written");
            using var file = File.OpenRead(Path.Combine(folder, name));
            if (Convert.ToHexStringLower(SHA256.HashData(file)) != sum) throw new InvalidDataException($"{name} is not what was written");
            names.Add(name);
        }
        return names;
    }
}
