using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine;

/// <summary>
/// The C library's allocator. A training step frees and asks for the same large blocks again and again; glibc by default returns each
/// to the kernel and has it zeroed anew, which costs about a sixth of a step on a CPU.
/// </summary>
internal static partial class Allocator
{
    private const int TrimThreshold = -1;
    private const int MmapMax = -4;

    /// <summary>Tells glibc to keep freed memory for the next step; elsewhere nothing happens.</summary>
    /// <returns>Whether there was a glibc to tell.</returns>
    public static bool KeepPages()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            return mallopt(MmapMax, 0) == 1 & mallopt(TrimThreshold, int.MaxValue) == 1;
        }
        catch (Exception other) when (other is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl, which has no such switch.
            return false;
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
