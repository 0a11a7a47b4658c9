namespace SegTrain.Core.Files;

/// <summary>A file system, or a limit of the process (<c>ulimit -f</c>), may have no files of a size: EFBIG.</summary>
internal static class FileSizeLimit
{
    /// <summary>Runs what writes a file.</summary>
    /// <exception cref="IOException">The file may not grow. .NET has it as a wrong argument called value.</exception>
    public static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (ArgumentOutOfRangeException tooLarge) when (tooLarge.ParamName == "value")
        {
            throw new IOException($"File too large : '{path}'", tooLarge);
        }
    }

    /// <inheritdoc cref="Guard{T}"/>
    public static void Guard(string path, Action write) => Guard(path, () =>
    {
        write();
        return true;
    });
}
