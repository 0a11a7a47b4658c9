using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using SegTrain.Core.Files;

namespace SegTrain.Core.Engine.Loading;

/// <summary>
/// The native libraries under TorchSharp. They are loaded here, by their paths and before TorchSharp looks for them: by name it would find whatever
/// LibTorch the system has, and where it finds none it copies half a gigabyte and prints what it tried.
/// </summary>
/// <param name="LibTorchSharp">The file of TorchSharp's library.</param>
/// <param name="Refusal">Why that is not the package's file, which the loader refused in these words; null where it is.</param>
/// <param name="TorchCpu">The handle of LibTorch's main library.</param>
internal sealed record EngineLibraries(string LibTorchSharp, string? Refusal, nint TorchCpu)
{
    private static readonly Lazy<LibTorchFolder> s_chosen = new(static () =>
        LibTorchFolder.Choose(Environment.GetEnvironmentVariable("LIBTORCH"), LibTorchFolder.Built, NativeFile.PackageFolder()));

    private static readonly Lazy<EngineLibraries> s_loaded = new(static () => Load(LibTorch, PackageFile));

    /// <summary>The LibTorch that is loaded, or will be.</summary>
    /// <exception cref="SegTrainException">There is none where it is said to be.</exception>
    public static LibTorchFolder LibTorch => s_chosen.Value;

    /// <summary>Loaded by the first who asks.</summary>
    /// <exception cref="SegTrainException">A library cannot be loaded; the message has the file, what it lacks and what to do.</exception>
    public static EngineLibraries Loaded => s_loaded.Value;

    /// <summary>Why <see cref="LibTorchSharp"/> is this file.</summary>
    public string Reason => Refusal is null ? "as it is" : WeakVersions.Of(PackageFile)?.Reason ?? Refusal;

    private static string PackageFile => NativeFile.In(NativeFile.PackageFolder(), NativeFile.LibTorchSharp);

    private static EngineLibraries Load(LibTorchFolder folder, string sharp)
    {
        try
        {
            var cpu = folder.Load();
            var refusal = NativeLoader.LoadWhole(sharp);
            var file = refusal is not null && OperatingSystem.IsLinux() ? LoadCopy(sharp, refusal) : sharp;
            // What a system's loader does not find by name among the loaded libraries, and the parts of cuDNN that TorchSharp asks for on Windows.
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) =>
            {
                if (assembly != typeof(TorchSharp.torch).Assembly) return 0;
                var path = name == NativeFile.LibTorchSharp ? file : NativeFile.In(folder.Path, Path.GetExtension(name) == ".dll" ? name[..^4] : name);
                return NativeLibrary.TryLoad(path, out var library) ? library : 0;
            };
            return new(file, refusal, cpu);
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            throw new SegTrainException(ExitCode.Device,
                $"""
                LibTorch cannot be loaded: {refused.Message}
                {folder.Warning ?? $"It is {folder.Origin}, version {folder.Version}, in {folder.Path}."}
                """, refused);
        }
    }

    /// <summary>Loads a copy that does not insist on versions of libstdc++ that this system lacks.</summary>
    /// <param name="library">What does not load as it is.</param>
    /// <param name="refusal">Why not.</param>
    [SupportedOSPlatform("linux")]
    private static string LoadCopy(string library, string refusal)
    {
        var found = LibraryCopy.Find(library, UserCache.Folder);
        if (found is not null && NativeLoader.LoadWhole(found) is null) return found;
        try
        {
            if (WeakVersions.Of(library) is not { } weak) throw new DllNotFoundException(refusal);
            // One that is as it must be and fails all the same lacks something else.
            var copy = found is not null && File.ReadAllBytes(found).AsSpan().SequenceEqual(weak.Library)
                ? found
                : LibraryCopy.Make(library, UserCache.Folder, weak.Library);
            return NativeLoader.LoadWhole(copy) is { } other ? throw new DllNotFoundException(other) : copy;
        }
        catch (InvalidDataException unknown)
        {
            throw new DllNotFoundException($"{refusal}\nNo copy of it that needs less can be made: {unknown.Message}", unknown);
        }
        catch (IOException unwritable)
        {
            throw new DllNotFoundException(
                $"""
                {refusal}
                A copy of it that needs less can be written nowhere:
                {unwritable.Message}
                Make one of these folders writable for one start, name another one by XDG_CACHE_HOME, or install the libstdc++ of GCC 13 or newer.
                """, unwritable);
        }
    }
}
