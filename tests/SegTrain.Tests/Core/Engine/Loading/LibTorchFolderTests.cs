using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SegTrain.Core;
using SegTrain.Core.Engine.Loading;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>Which LibTorch is used, and that no other one is loaded beside it.</summary>
public sealed partial class LibTorchFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_LIBTORCH_it_is_the_packages()
    {
        var package = new LibTorchFolder("/package", "2.10.0", "the package's", IsBuiltFor: true);
        Assert.All([null, ""], unset => Assert.Equal(package, LibTorchFolder.Choose(unset, unset, "/package")));
        Assert.Null(LibTorchFolder.Choose(null, null, "/package").Warning);
        // TorchSharp has its own opinion, with a fourth number.
        Assert.StartsWith(LibTorchFolder.BuiltFor, TorchSharp.torch.__version__, StringComparison.Ordinal);
    }

    [Fact]
    public void The_environment_goes_before_what_the_program_was_built_with()
    {
        var path = Empty();
        var built = LibTorchFolder.Choose("", path, "/package");
        Assert.Equal((Path.Combine(path, "lib"), "LIBTORCH when this program was built"), (built.Path, built.Origin));
        Assert.Equal("LIBTORCH", LibTorchFolder.Choose(path, "/elsewhere", "/package").Origin);
    }

    [Theory]
    [InlineData("build-version", "2.10.0+cpu\n", "2.10.0+cpu", true)]
    [InlineData("build-version", "2.9.1+cu128", "2.9.1+cu128", false)]
    [InlineData("version.py", "__all__ = ['__version__', 'debug']\n__version__ = '2.10.1+cu128'\ndebug = False\n", "2.10.1+cu128", true)]
    [InlineData("version.py", "__version__: str = \"2.1.0\"\n", "2.1.0", false)]
    [InlineData("version.py", "old__version__ = '2.10.0'\n", null, false)]
    [InlineData("build-version", "2.10.0\u001b[2J", null, false)]
    [InlineData("readme", "2.10.0", null, false)]
    public void Its_version_is_what_the_zip_or_the_Python_module_says(string file, string text, string? version, bool isBuiltFor)
    {
        var path = Empty();
        File.WriteAllText(Path.Combine(path, file), text);
        var folder = LibTorchFolder.Choose(path, null, "/package");
        Assert.Equal(new(Path.Combine(path, "lib"), version, "LIBTORCH", isBuiltFor), folder);
        var warning = $"LibTorch {version ?? "of an unknown version"} in {folder.Path} (LIBTORCH) is not the 2.10 that TorchSharp was built for: "
            + "it may fail to load, end the program in the middle of a run, or compute something else.";
        Assert.Equal(isBuiltFor ? null : warning, folder.Warning);
    }

    [Fact]
    public void A_folder_that_is_none_is_refused_with_what_was_looked_for()
    {
        var path = Empty();
        File.Delete(NativeFile.In(Path.Combine(path, "lib"), "torch_cpu"));
        var refused = Assert.Throws<SegTrainException>(() => LibTorchFolder.Choose(path, null, "/package"));
        Assert.Equal(ExitCode.Device, refused.Code);
        var first = $"LIBTORCH is {path}, but there is no {NativeFile.Name("torch_cpu")} in {Path.Combine(path, "lib")}.\n";
        Assert.StartsWith($"{first}It must be the folder of", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"no {NativeFile.Name("c10")}, no {NativeFile.Name("torch_cpu")}, no {NativeFile.Name("torch")} in",
            Assert.Throws<SegTrainException>(() => LibTorchFolder.Choose(_folder.File("nowhere"), null, "/package")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_that_is_mapped_of_LibTorch_is_of_the_folder_in_use()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/maps is Linux's");
        using var tensor = TorchSharp.torch.ones(1);
        var mapped = MappedFiles.Paths.Where(static path => LibTorchFile().IsMatch(path)).ToList();
        var names = mapped.Select(static path => Path.GetFileName(path)).ToHashSet();
        Assert.Superset(new HashSet<string> { "libc10.so", "libtorch.so", "libtorch_cpu.so" }, names);
        Assert.All(mapped, static path => Assert.Equal(Real(EngineLibraries.LibTorch.Path), Path.GetDirectoryName(path)));
        var torchSharp = MappedFiles.Paths.Where(static path => Path.GetFileName(path).StartsWith("libLibTorchSharp", StringComparison.Ordinal));
        Assert.Equal([Real(EngineLibraries.Loaded.LibTorchSharp)], torchSharp);
    }

    /// <summary>TorchSharp looks for torch_cpu by name, in these places first: what is there would be loaded beside the LibTorch of LIBTORCH.</summary>
    [Fact]
    public void The_runtime_finds_no_file_of_LibTorch_by_its_name()
    {
        var listed = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        foreach (var name in new[] { "torch_cpu", NativeFile.LibTorchSharp })
            Assert.All(listed.Append(AppContext.BaseDirectory), place => Assert.False(File.Exists(NativeFile.In(place, name)), $"{name} is in {place}"));
    }

    [Fact]
    public void What_TorchSharp_asks_for_by_name_is_found_in_the_folder_in_use()
    {
        var torchSharp = typeof(TorchSharp.torch).Assembly;
        // Before it is loaded: nobody else is helped.
        Assert.False(NativeLibrary.TryLoad("torch_global_deps", typeof(LibTorchFolderTests).Assembly, null, out _));
        Assert.True(NativeLibrary.TryLoad("torch_global_deps", torchSharp, null, out _));
        Assert.False(NativeLibrary.TryLoad("torch_nothing", torchSharp, null, out _));
    }

    [Fact]
    public void A_Python_installs_LibTorch_is_loaded_in_place_of_the_packages()
    {
        using var output = new OutputCopy();
        // The loader takes two links to a file for one library, and would not show that it was asked for both.
        var (path, trace) = (Stand(static (file, path) => File.Copy(file, path)), _folder.File("trace"));
        File.WriteAllText(Path.Combine(path, "version.py"), "__version__ = '2.10.0+cu128'\n");
        var report = OutputCopy.Report(output.Doctor($"export LIBTORCH='{path}' LD_DEBUG=files LD_DEBUG_OUTPUT='{trace}'; exec \"$@\""));
        Assert.Contains($"libtorch    2.10.0+cu128 in {path}/lib (LIBTORCH)\ntorchsharp  {output.Natives}/libLibTorchSharp.", report, StringComparison.Ordinal);
        var loaded = Initialized(trace);
        Assert.Equal(["libc10.so", "libtorch.so", "libtorch_cpu.so"], loaded.Select(Path.GetFileName).Order());
        Assert.All(loaded, file => Assert.Equal($"{path}/lib", Path.GetDirectoryName(file)));
    }

    [Fact]
    public void Another_version_is_tried_with_one_line_of_warning()
    {
        using var output = new OutputCopy();
        var path = Linked();
        File.WriteAllText(Path.Combine(path, "build-version"), "2.9.1\n");
        var report = OutputCopy.Report(output.Doctor($"LIBTORCH='{path}' exec \"$@\""));
        var line = $"libtorch    2.9.1 in {path}/lib (LIBTORCH)\n";
        Assert.Contains($"{line}            LibTorch 2.9.1 in {path}/lib (LIBTORCH) is not the 2.10 that", report, StringComparison.Ordinal);

        var (code, error) = output.Doctor($"LIBTORCH='{path}' exec \"$1\" losses plot bce --out plot.svg").Ended();
        Assert.Equal(0, code);
        Assert.Equal(1, error.Split("is not the 2.10 that").Length - 1);
    }

    [Fact]
    public void A_LibTorch_that_lacks_a_symbol_is_refused_by_file_and_symbol()
    {
        using var output = new OutputCopy();
        var path = Hollow();
        var doctor = output.Doctor($"LIBTORCH='{path}' exec \"$@\"");
        var refused = $@"libtorch    does not load\. LibTorch cannot be loaded: {output.Natives}/libLibTorchSharp(\.weak)?\.so: undefined symbol: _ZN?\w+";
        Assert.Matches(refused, doctor.StandardOutput.ReadToEnd());
        Assert.Equal((5, ""), doctor.Ended());
    }

    [Fact]
    public void A_LibTorch_whose_files_call_themselves_otherwise_is_refused()
    {
        using var output = new OutputCopy();
        var path = Hollow();
        File.Copy(Path.Combine(EngineLibraries.LibTorch.Path, "libtorch_global_deps.so"), Path.Combine(path, "lib", "libtorch_cpu.so"), overwrite: true);
        var doctor = output.Doctor($"LIBTORCH='{path}' exec \"$@\"");
        Assert.Contains($"{path}/lib/libtorch_cpu.so calls itself by another name", doctor.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal((5, ""), doctor.Ended());
    }

    [Fact]
    public void A_library_that_is_missing_is_named()
    {
        using var output = new OutputCopy();
        var path = Hollow();
        // LibTorch for CUDA whose other packages are not there.
        File.Copy(Path.Combine(EngineLibraries.LibTorch.Path, "libtorch.so"), Path.Combine(path, "lib", "libtorch_cuda.so"));
        var doctor = output.Doctor($"LIBTORCH='{path}' exec \"$@\"");
        Assert.Contains($"{path}/lib/libc10_cuda.so: cannot open shared object file", doctor.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        Assert.Equal((5, ""), doctor.Ended());
    }

    /// <summary>Files of LibTorch whose code the loader starts, by its own account.</summary>
    private List<string> Initialized(string trace) => [.. Directory.GetFiles(_folder.Path, $"{Path.GetFileName(trace)}.*").SelectMany(File.ReadLines)
        .Select(static line => Initialization().Match(line).Groups[1].Value).Where(static file => LibTorchFile().IsMatch(file))];

    /// <summary>What stands for an install.</summary>
    /// <param name="place">Makes a file there of the one in use.</param>
    private string Stand(Action<string, string> place)
    {
        var libraries = Directory.CreateDirectory(Path.Combine(_folder.File("torch"), "lib")).FullName;
        var files = Directory.GetFiles(EngineLibraries.LibTorch.Path);
        foreach (var file in files.Where(static file => !Path.GetFileName(file).Contains(NativeFile.LibTorchSharp, StringComparison.Ordinal)))
            place(file, Path.Combine(libraries, Path.GetFileName(file)));
        return _folder.File("torch");
    }

    private string Empty() => Stand(static (_, path) => File.WriteAllText(path, ""));

    private string Linked() => Stand(static (file, path) => File.CreateSymbolicLink(path, file));

    /// <summary>Libraries of the right names, in which there is nothing: made of one that has only a list of others.</summary>
    private string Hollow()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "made of ELF files");
        var libraries = Directory.CreateDirectory(Path.Combine(_folder.File("hollow"), "lib")).FullName;
        var library = File.ReadAllBytes(Path.Combine(EngineLibraries.LibTorch.Path, "libtorch_global_deps.so"));
        var name = library.AsSpan().IndexOf("libtorch_global_deps.so\0"u8);
        foreach (var needed in new[] { "libc10.so", "libtorch_cpu.so", "libtorch.so" })
        {
            library.AsSpan(name, 24).Clear();
            System.Text.Encoding.ASCII.GetBytes(needed, library.AsSpan(name));
            File.WriteAllBytes(Path.Combine(libraries, needed), library);
        }
        foreach (var openMp in Directory.GetFiles(EngineLibraries.LibTorch.Path, "libgomp*"))
            File.CreateSymbolicLink(Path.Combine(libraries, Path.GetFileName(openMp)), openMp);
        return _folder.File("hollow");
    }

    private static string Real(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    [GeneratedRegex(@"/lib(torch|c10)[^/]*\.so[^/]*$")]
    private static partial Regex LibTorchFile();

    [GeneratedRegex(@"calling init: (\S+)")]
    private static partial Regex Initialization();
}
