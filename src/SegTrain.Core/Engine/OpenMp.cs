using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine;

/// <summary>
/// GNU OpenMP's waiting. Between two operators its threads spin, by default for about a millisecond; where another process or the loader
/// wants the processor, each spin keeps the very thread waiting that it waits for, and a step takes several times as long. A short spin
/// costs little on a quiet machine and nearly nothing on a busy one.
/// </summary>
internal static partial class OpenMp
{
    private const string SpinCount = "GOMP_SPINCOUNT";
    private const string Spins = "100000";

    /// <summary>Must run before LibTorch is loaded, which reads it once. A setting of the user's, and that of others' OpenMP, stay.</summary>
    public static void ShortenSpin()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null) return;
        try
        {
            // The runtime's own variables are a copy that native libraries do not see.
            _ = setenv(SpinCount, Spins, overwrite: 0);
        }
        catch (Exception other) when (other is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc; whatever OpenMP is there keeps its own way of waiting.
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
