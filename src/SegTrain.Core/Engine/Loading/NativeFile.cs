using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine.Loading;

/// <summary>What native libraries are called, and where the build puts those of the packages.</summary>
internal static class NativeFile
{
    public const string LibTorchSharp = "LibTorchSharp";

    private static readonly string s_system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>torch_cpu is libtorch_cpu.so, libtorch_cpu.dylib or torch_cpu.dll.</summary>
    public static string Name(string library) => s_system switch { "win" => $"{library}.dll", "osx" => $"lib{library}.dylib", _ => $"lib{library}.so" };

    public static string In(string folder, string library) => Path.Combine(folder, Name(library));

    /// <summary>The folder of the packages' libraries: that of their platform, or the program's own, or wherever its list of dependencies says.</summary>
    /// <exception cref="SegTrainException">TorchSharp's library is nowhere.</exception>
    public static string PackageFolder()
    {
        var processor = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        var platform = Path.Combine(AppContext.BaseDirectory, "runtimes", $"{s_system}-{processor}", "native");
        if (Has(platform)) return platform;
        if (Has(AppContext.BaseDirectory)) return AppContext.BaseDirectory;
        var listed = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return listed.FirstOrDefault(Has) ?? throw new SegTrainException(ExitCode.Device,
            $"{Name(LibTorchSharp)} is neither in {platform} nor beside the program: build segtrain again, for this platform.");

        static bool Has(string folder) => File.Exists(In(folder, LibTorchSharp));
    }
}
