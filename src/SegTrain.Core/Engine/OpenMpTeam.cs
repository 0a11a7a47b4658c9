using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using SegTrain.Core.Engine.Loading;
using SegTrain.Kernels;

namespace SegTrain.Core.Engine;

/// <summary>
/// LibTorch's own threads for kernels of ours. GNU OpenMP's team spins for a while after each operator, and a second set of threads would have to wait for processors that do
/// nothing but that. Where LibTorch has another OpenMP the runtime's pool does the work.
/// </summary>
internal static unsafe class OpenMpTeam
{
    private static delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void> s_parallel;

    /// <summary>After LibTorch is loaded.</summary>
    /// <returns>Whether its threads are lent.</returns>
    public static bool Lend(int threads)
    {
        KernelTeam.Threads = threads;
        if (!OperatingSystem.IsLinux() || Library() is not { } library || !NativeLibrary.TryGetExport(library, "GOMP_parallel", out var function)) return false;
        s_parallel = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<nint, void>, nint, uint, uint, void>)function;
        KernelTeam.Run = Run;
        return true;
    }

    private static void Run(int threads, Action action)
    {
        var work = new Work(action);
        var handle = GCHandle.Alloc(work);
        try
        {
            s_parallel(&Enter, GCHandle.ToIntPtr(handle), (uint)threads, 0);
        }
        finally
        {
            handle.Free();
        }
        work.Failure?.Throw();
    }

    // An exception must not cross frames of C.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Enter(nint handle)
    {
        var work = (Work)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            work.Action();
        }
        catch (Exception thrown)
        {
            work.Failure ??= ExceptionDispatchInfo.Capture(thrown);
        }
    }

    // The one that LibTorch brings along, or the system's: the last to be loaded is not always it, but the first that LibTorch's folder has is.
    private static nint? Library()
    {
        var path = MappedFiles.Paths.Where(static path => Path.GetFileName(path).StartsWith("libgomp", StringComparison.Ordinal))
            .OrderByDescending(static path => path.StartsWith(EngineLibraries.LibTorch.Path, StringComparison.Ordinal)).FirstOrDefault();
        return path is not null && NativeLibrary.TryLoad(path, out var library) ? library : null;
    }

    private sealed class Work(Action action)
    {
        public Action Action { get; } = action;

        public ExceptionDispatchInfo? Failure { get; set; }
    }
}
