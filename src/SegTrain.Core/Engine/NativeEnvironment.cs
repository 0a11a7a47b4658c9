using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine;

/// <summary>What the libraries beneath LibTorch are told by variables, which they read once, when they are loaded.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Threads of an operator: those that the user wants of OpenMP, or all processors.</summary>
    public static int Threads => int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), out var asked) && asked > 0 ? asked : Environment.ProcessorCount;

    /// <summary>Must run before LibTorch is loaded. Settings of the user's stay.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            // Between two operators threads of GNU OpenMP spin, by default for about a millisecond; where another process or the loader wants
            // the processor, each spin keeps the very thread waiting that it waits for, and a step takes several times as long. A short spin
            // costs little on a quiet machine and nearly nothing on a busy one.
            if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null) Set("GOMP_SPINCOUNT", "100000");

            // With it cuBLAS adds in the same order each time.
            Set("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        }
        catch (Exception other) when (other is DllNotFoundException or EntryPointNotFoundException)
        {
            // Not glibc; whatever libraries are there keep their own ways.
        }
    }

    // The runtime's own variables are a copy that native libraries do not see.
    private static void Set(string name, string value) => _ = setenv(name, value, overwrite: 0);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
