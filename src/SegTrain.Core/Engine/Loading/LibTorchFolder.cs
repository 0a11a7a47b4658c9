using System.Reflection;
using System.Text.RegularExpressions;

namespace SegTrain.Core.Engine.Loading;

/// <summary>The LibTorch that is used: that of LIBTORCH, of the environment or of the time when the program was built, or else the package's.</summary>
/// <param name="Path">The folder of its libraries.</param>
/// <param name="Version">As it says itself; null where it does not.</param>
/// <param name="Origin">Why it is this one.</param>
/// <param name="IsBuiltFor">Whether TorchSharp was built for this version.</param>
internal sealed partial record LibTorchFolder(string Path, string? Version, string Origin, bool IsBuiltFor)
{
    /// <summary>The version that TorchSharp was built for.</summary>
    public static string BuiltFor { get; } = Noted("LibTorchVersion") ?? throw new InvalidOperationException("the build noted no version of LibTorch");

    /// <summary>The folder that the build noted.</summary>
    public static string? Built => Noted("LibTorchFolder");

    /// <summary>Whether there is a library for NVIDIA's devices.</summary>
    public bool HasCuda => File.Exists(NativeFile.In(Path, "torch_cuda"));

    /// <summary>One line about what may go wrong, or null.</summary>
    public string? Warning => IsBuiltFor ? null
        : $"LibTorch {Version ?? "of an unknown version"} in {Path} ({Origin}) is not the {Minor(BuiltFor)} that TorchSharp was built for: "
            + "it may fail to load, end the program in the middle of a run, or compute something else.";

    /// <param name="environment">What LIBTORCH is now.</param>
    /// <param name="built">What it was when the program was built.</param>
    /// <param name="package">The folder of the package's libraries.</param>
    /// <exception cref="SegTrainException">LIBTORCH names no folder of LibTorch.</exception>
    public static LibTorchFolder Choose(string? environment, string? built, string package) =>
        environment is { Length: > 0 } ? Named(environment, "LIBTORCH")
        : built is { Length: > 0 } ? Named(built, "LIBTORCH when this program was built")
        : new(package, BuiltFor, "the package's", IsBuiltFor: true);

    /// <summary>Loads the libraries, those first that others need.</summary>
    /// <returns>The main one, torch_cpu.</returns>
    /// <exception cref="DllNotFoundException">One cannot be loaded.</exception>
    public nint Load()
    {
        NativeLoader.Load(NativeFile.In(Path, "c10"));
        var cpu = NativeLoader.Load(NativeFile.In(Path, "torch_cpu"));
        if (HasCuda)
        {
            NativeLoader.Load(NativeFile.In(Path, "c10_cuda"));
            NativeLoader.Load(NativeFile.In(Path, "torch_cuda"));
        }
        NativeLoader.Load(NativeFile.In(Path, "torch"));
        return cpu;
    }

    private static LibTorchFolder Named(string folder, string origin)
    {
        var libraries = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), "lib");
        string[] needed = ["c10", "torch_cpu", "torch"];
        var missing = needed.Select(NativeFile.Name).Where(file => !File.Exists(System.IO.Path.Combine(libraries, file))).ToList();
        if (missing.Count > 0)
        {
            throw new SegTrainException(ExitCode.Device,
                $"""
                {origin} is {folder}, but there is no {string.Join(", no ", missing)} in {libraries}.
                It must be the folder of an unpacked LibTorch, or the torch folder of a Python install: python -c 'import torch; print(torch.__path__[0])'
                """);
        }
        var version = FindVersion(System.IO.Path.GetDirectoryName(libraries)!);
        return new(libraries, version, origin, version is not null && Minor(version) == Minor(BuiltFor));
    }

    /// <summary>The zip says its version in a file, a Python install in a module; neither is run.</summary>
    private static string? FindVersion(string folder)
    {
        foreach (var (file, pattern) in new[] { ("build-version", ZipVersion()), ("version.py", PythonVersion()) })
        {
            try
            {
                if (pattern.Match(File.ReadAllText(System.IO.Path.Combine(folder, file))) is { Success: true } found) return found.Groups[1].Value;
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // The version is a word of warning more or less; whether the libraries can be read is seen when they are loaded.
            }
        }
        return null;
    }

    private static string? Noted(string key) =>
        typeof(LibTorchFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(entry => entry.Key == key)?.Value;

    /// <summary>2.10 of 2.10.0+cu128.</summary>
    private static string Minor(string version) => string.Join('.', version.Split('.').Take(2));

    [GeneratedRegex(@"^\s*(\d+\.\d+[\w.+-]*)\s*$")]
    private static partial Regex ZipVersion();

    [GeneratedRegex("""^__version__\s*(?::[^=]*)?=\s*['"](\d+\.\d+[\w.+-]*)['"]""", RegexOptions.Multiline)]
    private static partial Regex PythonVersion();
}
