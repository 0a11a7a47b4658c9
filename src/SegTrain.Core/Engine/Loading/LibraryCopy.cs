using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SegTrain.Core.Files;

namespace SegTrain.Core.Engine.Loading;

/// <summary>
/// A copy of a library in which references to versions are weak, kept between starts: beside the library, or where that cannot be written in the user's cache.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class LibraryCopy
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const int BlockSize = 1 << 16;

    private static readonly Func<string, string, string>[] s_places = [static (library, _) => Path.ChangeExtension(library, ".weak.so"), InCache];

    /// <summary>Finds a sound copy that is there already, without understanding what is in it: every start has to wait for this.</summary>
    /// <param name="library">The file that it is a copy of.</param>
    /// <param name="cache">The user's cache.</param>
    /// <returns>Null where there is none.</returns>
    public static string? Find(string library, string cache)
    {
        foreach (var place in s_places)
        {
            try
            {
                if (place(library, cache) is var path && DiffersInFlags(library, path)) return path;
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // Where it cannot be made either, Make says so.
            }
        }
        return null;
    }

    /// <summary>Makes the copy, whole or not at all, also where another process does so at this moment.</summary>
    /// <param name="library">The file that it is a copy of.</param>
    /// <param name="cache">The user's cache.</param>
    /// <param name="content">What it holds.</param>
    /// <exception cref="IOException">It can be written nowhere; the message has the places and reasons.</exception>
    public static string Make(string library, string cache, byte[] content)
    {
        var refusals = new List<string>();
        foreach (var place in s_places)
        {
            try
            {
                var path = place(library, cache);
                Write(path, content);
                return path;
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                refusals.Add(refused.Message);
            }
        }
        throw new IOException(string.Join("\n", refusals));
    }

    /// <summary>The library's checksum is in the name, so that another version never takes this file for its own.</summary>
    private static string InCache(string library, string cache)
    {
        var folder = new DirectoryInfo(Path.Combine(cache, "segtrain", "libraries"));
        Directory.CreateDirectory(folder.FullName, Private);
        // Whoever else may write there could exchange the file between our look at it and its loading. A folder that is closed to all but its owner
        // is ours, or closed to us.
        if (folder.LinkTarget is not null || (folder.UnixFileMode & Others) != 0) throw new IOException($"'{folder}' is a link, or open to other users");
        return Path.Combine(folder.FullName, $"{Path.GetFileNameWithoutExtension(library)}.weak-{Checksum(library):x8}.so");
    }

    private static void Write(string path, byte[] content)
    {
        // A name that nobody foresees, and a file that nobody else has open: what lies at the path may be a link, or mapped into another process.
        var beside = $"{path}.{Guid.NewGuid():n}";
        try
        {
            FileSizeLimit.Guard(beside, () =>
            {
                using var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            });
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>Whether the copy is the library but for flags: zeros that are <see cref="ElfVersions.Weak"/>, one at least.</summary>
    private static bool DiffersInFlags(string library, string copy)
    {
        var length = new FileInfo(library).Length;
        if (new FileInfo(copy) is not { Exists: true } there || there.Length != length) return false;
        using var original = File.OpenHandle(library);
        using var file = File.OpenHandle(copy);
        Span<byte> wanted = new byte[BlockSize], found = new byte[BlockSize];
        var flags = 0;
        for (long at = 0; at < length; at += BlockSize)
        {
            var size = (int)Math.Min(BlockSize, length - at);
            if (RandomAccess.Read(original, wanted[..size], at) != size || RandomAccess.Read(file, found[..size], at) != size) return false;
            for (var same = 0; (same += wanted[same..size].CommonPrefixLength(found[same..size])) < size; same++)
            {
                if (wanted[same] != 0 || found[same] != ElfVersions.Weak) return false;
                flags++;
            }
        }
        return flags > 0;
    }

    private static uint Checksum(string library)
    {
        using var file = File.OpenHandle(library);
        var block = new byte[BlockSize];
        var sum = 0u;
        for (long at = 0; RandomAccess.Read(file, block, at) is > 0 and var size; at += size)
        {
            // What is left over of the block before does no harm.
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(block.AsSpan(0, (size + 7) & ~7))) sum = BitOperations.Crc32C(sum, word);
        }
        return sum;
    }
}
