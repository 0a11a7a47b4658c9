using SegTrain.Core;
using SegTrain.Core.Files;

namespace SegTrain.Cli.Options;

/// <summary>A file that an option asks for.</summary>
internal static class OutputFile
{
    /// <summary>A folder that is missing or may not be written is said before hours of work, not after them.</summary>
    /// <param name="option">As typed.</param>
    /// <param name="file">Its value; null where it was not given.</param>
    /// <exception cref="SegTrainException">No file can be made there.</exception>
    public static string? Checked(string option, string? file)
    {
        if (file is null)
            return null;
        var folder = file.Length == 0 ? null : Path.GetDirectoryName(Path.GetFullPath(file));
        var wrong = file.Length == 0 ? "is empty; name a file"
            : Directory.Exists(file) ? "is a folder; name a file in it"
            : Directory.Exists(folder) ? null : $"there is no folder {folder}; make it first";
        if (wrong is not null)
            throw new SegTrainException(ExitCode.Usage, $"{option} {file}: {wrong}");
        Write(option, file, () => AtomicFile.Probe(file));
        return file;
    }

    /// <exception cref="SegTrainException">The file cannot be written.</exception>
    public static void Write(string option, string file, Action write)
    {
        try
        {
            write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SegTrainException(ExitCode.Usage, $"{option} {file}: {refused.Message}", refused);
        }
    }
}
