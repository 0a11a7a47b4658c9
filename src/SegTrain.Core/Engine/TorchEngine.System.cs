using SegTrain.LibTorch.Interop;

namespace SegTrain.Core.Engine;

internal static partial class TorchEngine
{
    public static partial string Backend => "system";

    public static partial string Version => Runtime.Version;

    public static partial IReadOnlyList<string> Details =>
    [
        $"library: {Runtime.LibraryPath}",
        // The last line lists every compiler flag.
        .. Runtime.BuildSettings.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(static line => !line.Contains("Build settings", StringComparison.Ordinal)),
    ];

    private static partial void Load()
    {
        try
        {
            Runtime.Load();
        }
        catch (Exception missing) when (missing is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Missing(missing);
        }
    }

    private static partial bool SetBlasThreads(int count) => Runtime.SetBlasThreads(count);

    private static partial void SetDeterministic() => Runtime.SetDeterministic(true);
}
