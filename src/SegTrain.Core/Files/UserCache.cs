namespace SegTrain.Core.Files;

/// <summary>Where a user's programs keep what they can make again.</summary>
internal static class UserCache
{
    /// <summary>By the XDG base directory specification; on Windows and macOS the system's own place. It need not exist.</summary>
    public static string Folder =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } named && Path.IsPathFullyQualified(named) ? named
        : OperatingSystem.IsWindows() ? Known(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Known(Environment.SpecialFolder.UserProfile), OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");

    private static string Known(Environment.SpecialFolder folder) => Environment.GetFolderPath(folder, Environment.SpecialFolderOption.DoNotVerify);
}
