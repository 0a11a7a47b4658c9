using System.Diagnostics;
using SegTrain.Core.Engine.Loading;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>The program as it is after a build, before its first start; by links to its files where the file system has them.</summary>
internal sealed class OutputCopy : IDisposable
{
    // Beside the real one, so that links reach it.
    private readonly string _folder = Directory.CreateDirectory($"{Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)}.{Guid.NewGuid():n}").FullName;
    private readonly TemporaryFolder _elsewhere = new();

    public OutputCopy()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries are copied on Linux");
        var copied = Shell($"cp -al '{AppContext.BaseDirectory}.' '{Program}' || cp -a '{AppContext.BaseDirectory}.' '{Program}'");
        Assert.True(copied.Code == 0, copied.Error);
        foreach (var copy in Directory.GetFiles(Natives, "*.weak*")) File.Delete(copy);
    }

    /// <summary>The program's folder.</summary>
    public string Program => Path.Combine(_folder, "program");

    /// <summary>Where the packages' libraries are in it.</summary>
    public string Natives => Path.Combine(Program, Path.GetRelativePath(AppContext.BaseDirectory, NativeFile.PackageFolder()));

    public string Library => NativeFile.In(Natives, NativeFile.LibTorchSharp);

    /// <summary>XDG_CACHE_HOME of all that is started here.</summary>
    public string Cache => _elsewhere.File("cache");

    /// <summary>Copies of the library, and what may be left of writing them.</summary>
    public IEnumerable<string> Copies => Directory.GetFiles(Natives, "*.weak*")
        .Concat(Directory.Exists(Cache) ? Directory.GetFiles(Cache, "*", SearchOption.AllDirectories) : []);

    public static void SkipUnlessNeeded() => Assert.SkipWhen(EngineLibraries.Loaded.Refusal is null, "the package's library loads on this system as it is");

    /// <summary>Starts <c>segtrain doctor</c> by a script that has it as <c>"$@"</c>.</summary>
    public Process Doctor(string script = "exec \"$@\"") => RealProgram.StartBy(_elsewhere.Path,
        $"export XDG_CACHE_HOME='{Cache}'; shift; set -- '{Program}/segtrain' \"$@\"; {script}", "doctor");

    /// <summary>Its report, where it succeeds and has nothing else to say.</summary>
    public static string Report(Process doctor)
    {
        var report = doctor.StandardOutput.ReadToEnd();
        var (code, error) = doctor.Ended();
        Assert.True(code == 0 && error.Length == 0, $"{code}: {report}{error}");
        return report;
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _elsewhere.Dispose();
    }

    private static (int Code, string Error) Shell(string script) =>
        Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!.Ended();
}
