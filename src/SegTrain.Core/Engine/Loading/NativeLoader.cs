using System.Runtime.InteropServices;

namespace SegTrain.Core.Engine.Loading;

/// <summary>The system's loader of libraries.</summary>
internal static partial class NativeLoader
{
    private const int Lazy = 1, Now = 2, OnlyIfLoaded = 4;

    /// <summary>Loads a library by its path; those that it needs are looked for, by their names, among the loaded ones first.</summary>
    /// <param name="path">The file. Other libraries must be able to ask for it by its name.</param>
    /// <exception cref="DllNotFoundException">The loader's own words, which name the file and what it lacks.</exception>
    public static nint Load(string path)
    {
        if (!OperatingSystem.IsLinux()) return NativeLibrary.Load(path);
        if (Open(path, Lazy, out var error) is not 0 and var library)
        {
            // What asks for it would be given another file.
            if (Open(Path.GetFileName(path), Lazy | OnlyIfLoaded, out _) == library) return library;
            error = $"{path} calls itself by another name, as the LibTorch of a Linux distribution does.";
        }
        throw new DllNotFoundException(error);
    }

    /// <summary>Loads a library with all its functions: one that is missing would otherwise end the process when it is first called.</summary>
    /// <returns>The loader's own words where Linux refuses it, or null.</returns>
    /// <exception cref="DllNotFoundException">Another system refuses it.</exception>
    public static string? LoadWhole(string path)
    {
        if (OperatingSystem.IsLinux()) return Open(path, Now, out var error) == 0 ? error : null;
        NativeLibrary.Load(path);
        return null;
    }

    private static nint Open(string path, int mode, out string? error)
    {
        // The first call of each function loads something itself, and an error would be gone by then.
        _ = dlerror();
        var library = dlopen(path, mode);
        error = library == 0 ? Marshal.PtrToStringUTF8(dlerror()) : null;
        return library;
    }

    // Of the C library itself only since glibc 2.34.
    [LibraryImport("libdl.so.2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int mode);

    [LibraryImport("libdl.so.2")]
    private static partial nint dlerror();
}
