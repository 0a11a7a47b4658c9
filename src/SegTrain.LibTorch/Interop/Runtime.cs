using System.Reflection;
using System.Runtime.InteropServices;

namespace SegTrain.LibTorch.Interop;

/// <summary>What TorchSharp has no API for, for the seam in SegTrain.Core: loading, versions, BLAS threads, determinism.</summary>
internal static unsafe class Runtime
{
    /// <summary>Loads the native library and LibTorch with it, and checks that both sides speak the same ABI.</summary>
    /// <exception cref="DllNotFoundException">The library, or a LibTorch library that it needs, is not there; the text names it.</exception>
    /// <exception cref="BadImageFormatException">The library was built for another version of segtrain.</exception>
    internal static void Load()
    {
        NativeLibrary.Load(Native.Library, Assembly.GetExecutingAssembly(), DllImportSearchPath.AssemblyDirectory);
        var abi = Native.segtrain_abi();
        if (abi != Native.AbiVersion)
        {
            throw new BadImageFormatException($"libsegtrain_torch.so has ABI {abi}, this program needs {Native.AbiVersion}");
        }
    }

    /// <summary>The LibTorch that the native library was compiled against, such as 1.13.1.</summary>
    internal static string Version => Native.Text(Native.segtrain_compiled_version());

    /// <summary>LibTorch's own account of how it was built: compilers, OpenMP, BLAS, oneDNN, CPU capability.</summary>
    internal static string BuildSettings => Native.Text(Native.segtrain_build_settings());

    /// <summary>The file that LibTorch was loaded from.</summary>
    internal static string LibraryPath => Native.Text(Native.segtrain_library_path());

    /// <returns>Whether there is an OpenBLAS whose threads could be set.</returns>
    internal static bool SetBlasThreads(int count) => Native.segtrain_set_blas_threads(count) != 0;

    /// <returns>Whether tensors on the CPU have a region of memory to themselves from now on.</returns>
    internal static bool PoolTensors() => Native.segtrain_pool_tensors() != 0;

    /// <summary>Gives what is free of that region back to the system.</summary>
    internal static void ReturnPages() => Native.segtrain_return_pages();

    internal static void AllowTf32(bool allowed) => Native.Check(Native.segtrain_allow_tf32(allowed ? 1 : 0));

    internal static void SetDeterministic(bool enabled) => Native.Check(Native.segtrain_set_deterministic(enabled ? 1 : 0));
}
