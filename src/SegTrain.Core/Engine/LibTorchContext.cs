using System.Runtime.InteropServices;
using SegTrain.Core.Engine.Loading;

namespace SegTrain.Core.Engine;

/// <summary>
/// Switches of LibTorch that TorchSharp has no API for: members of its <c>at::Context</c>, which the library exports under their mangled C++ names.
/// </summary>
internal sealed unsafe class LibTorchContext
{
    private static readonly Lazy<LibTorchContext?> s_loaded = new(Find);

    private readonly nint _library;
    private readonly nint _context;

    private LibTorchContext(nint library, nint context) => (_library, _context) = (library, context);

    /// <summary>Of the LibTorch in this process, which must have been loaded; null where it exports nothing of the kind.</summary>
    public static LibTorchContext? Loaded => s_loaded.Value;

    /// <summary>Kernels that add in a fixed order where there are such; new memory is not filled with not-a-number, as LibTorch else does with them.</summary>
    public bool SetDeterministic() => Call("setDeterministicAlgorithms", "bb", "_N1", first: true, second: true)
        & Call("setDeterministicFillUninitializedMemory", "b", "_N", first: false);

    /// <summary>oneDNN's convolutions, or in their place products by the BLAS.</summary>
    public bool UseOneDnn(bool wanted) => Call("setUserEnabledMkldnn", "b", "_N", wanted);

    /// <summary>NNPACK prints a line for every convolution where it does not know the processor; nothing is lost without it.</summary>
    public bool SilenceNnpack() => Call("setUserEnabledNNPACK", "b", "_N", first: false);

    private bool Call(string name, string itanium, string microsoft, bool first, bool second = false)
    {
        var mangled = OperatingSystem.IsWindows() ? $"?{name}@Context@at@@QEAAX{microsoft}@Z" : $"_ZN2at7Context{name.Length}{name}E{itanium}";
        if (!NativeLibrary.TryGetExport(_library, mangled, out var function)) return false;
        // A function of one flag ignores the register of a second.
        ((delegate* unmanaged[Cdecl]<nint, byte, byte, void>)function)(_context, first ? (byte)1 : (byte)0, second ? (byte)1 : (byte)0);
        return true;
    }

    private static LibTorchContext? Find()
    {
        var global = OperatingSystem.IsWindows() ? "?globalContext@at@@YAAEAVContext@1@XZ" : "_ZN2at13globalContextEv";
        var library = EngineLibraries.Loaded.TorchCpu;
        return NativeLibrary.TryGetExport(library, global, out var function)
            ? new(library, ((delegate* unmanaged[Cdecl]<nint>)function)())
            : null;
    }
}
