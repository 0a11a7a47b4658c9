using System.Runtime.Versioning;
using SegTrain.Core.Engine.Loading;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Engine.Loading;

/// <summary>Where the copy of a library lies, and who may have a hand in it. A short file stands for the library.</summary>
[SupportedOSPlatform("linux")]
public sealed class LibraryCopyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _library;
    private readonly string _cache;
    private readonly byte[] _wanted;

    public LibraryCopyTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "copies are made on Linux");
        _cache = _folder.File("cache");
        Directory.CreateDirectory(_folder.File("program"));
        _library = Path.Combine(_folder.File("program"), "libx.so");
        _wanted = Content(seed: 1);
        File.WriteAllBytes(_library, _wanted);
        // Such as a flag that becomes 2.
        _wanted[100_000] = 2;
    }

    private string Beside => Path.Combine(_folder.File("program"), "libx.weak.so");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_lies_beside_the_library_and_is_found_there()
    {
        Assert.Null(LibraryCopy.Find(_library, _cache));
        Assert.Equal(Beside, LibraryCopy.Make(_library, _cache, _wanted));
        Assert.Equal(_wanted, File.ReadAllBytes(Beside));
        Assert.Equal(Beside, LibraryCopy.Find(_library, _cache));
        Assert.Equal(2, Directory.GetFiles(_folder.File("program")).Length);
        Assert.Empty(Directory.Exists(_cache) ? Directory.GetFiles(_cache, "*", SearchOption.AllDirectories) : []);
    }

    [Fact]
    public void It_lies_in_the_cache_where_the_folder_takes_no_file()
    {
        Block();
        var path = LibraryCopy.Make(_library, _cache, _wanted);
        Assert.StartsWith(Path.Combine(_cache, "segtrain", "libraries") + "/libx.weak-", path, StringComparison.Ordinal);
        Assert.Equal(_wanted, File.ReadAllBytes(path));
        Assert.Equal(path, LibraryCopy.Find(_library, _cache));
        Assert.Equal([path], Directory.GetFiles(_cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Another_version_of_the_library_has_another_copy_in_the_cache()
    {
        Block();
        var one = LibraryCopy.Make(_library, _cache, _wanted);
        var other = Content(seed: 2);
        File.WriteAllBytes(_library, other);
        Assert.Null(LibraryCopy.Find(_library, _cache));
        other[5] = 2;
        Assert.NotEqual(one, LibraryCopy.Make(_library, _cache, other));
        Assert.Equal(_wanted, File.ReadAllBytes(one));
    }

    /// <summary>Shorter, longer, empty, one bit elsewhere, the library as it is, a library of another version, a folder.</summary>
    [Fact]
    public void A_damaged_copy_is_not_found_and_is_replaced()
    {
        byte[] bit = [.. _wanted], another = Content(seed: 3);
        bit[70_001] ^= 1;
        Assert.All([_wanted[..^1], [.. _wanted, 0], [], bit, File.ReadAllBytes(_library), another], damaged =>
        {
            File.WriteAllBytes(Beside, damaged);
            Assert.Null(LibraryCopy.Find(_library, _cache));
            LibraryCopy.Make(_library, _cache, _wanted);
            Assert.Equal(Beside, LibraryCopy.Find(_library, _cache));
        });
    }

    [Fact]
    public void A_file_that_is_in_use_or_linked_elsewhere_is_never_written_into()
    {
        var elsewhere = _folder.File("elsewhere");
        File.WriteAllText(elsewhere, "precious");
        File.CreateSymbolicLink(Beside, elsewhere);
        LibraryCopy.Make(_library, _cache, _wanted);
        Assert.Equal("precious", File.ReadAllText(elsewhere));
        Assert.Null(new FileInfo(Beside).LinkTarget);

        File.WriteAllText(Beside, "mapped");
        using var open = File.OpenRead(Beside);
        LibraryCopy.Make(_library, _cache, _wanted);
        using var reader = new StreamReader(open);
        Assert.Equal("mapped", reader.ReadToEnd());
    }

    [Fact]
    public void A_link_in_the_cache_is_not_followed()
    {
        Block();
        var path = LibraryCopy.Make(_library, _cache, _wanted);
        var elsewhere = _folder.File("elsewhere");
        File.WriteAllText(elsewhere, "precious");
        File.Delete(path);
        File.CreateSymbolicLink(path, elsewhere);
        Assert.Equal(path, LibraryCopy.Make(_library, _cache, _wanted));
        Assert.Equal("precious", File.ReadAllText(elsewhere));

        // The same for the folder itself.
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        var other = Directory.CreateDirectory(_folder.File("others"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(Path.GetDirectoryName(path)!, other.FullName);
        Assert.Contains("is a link", Assert.Throws<IOException>(() => LibraryCopy.Make(_library, _cache, _wanted)).Message, StringComparison.Ordinal);
        Assert.Empty(other.GetFiles());
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherRead | UnixFileMode.OtherExecute)]
    public void A_cache_that_is_open_to_others_is_not_trusted(UnixFileMode others)
    {
        Block();
        var folder = Path.GetDirectoryName(LibraryCopy.Make(_library, _cache, _wanted))!;
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | others);
        Assert.Null(LibraryCopy.Find(_library, _cache));
        Assert.Contains("open to other users", Assert.Throws<IOException>(() => LibraryCopy.Make(_library, _cache, _wanted)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_it_can_be_written_nowhere_both_places_are_named()
    {
        Block();
        File.WriteAllText(_cache, "not a folder");
        var lines = Assert.Throws<IOException>(() => LibraryCopy.Make(_library, _cache, _wanted)).Message.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains(_folder.File("program"), lines[0], StringComparison.Ordinal);
        Assert.Contains(_cache, lines[1], StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_folder.File("program")));
    }

    [Fact]
    public void All_who_make_it_at_once_find_it_whole()
    {
        Parallel.For(0, 64, new() { MaxDegreeOfParallelism = 8 }, _ =>
        {
            // Whoever finds one finds a whole one.
            var path = LibraryCopy.Find(_library, _cache) ?? LibraryCopy.Make(_library, _cache, _wanted);
            Assert.Equal(_wanted, File.ReadAllBytes(path));
        });
        Assert.Equal(2, Directory.GetFiles(_folder.File("program")).Length);
    }

    /// <summary>No file can be renamed to a folder that is not empty; that holds for root, too.</summary>
    private void Block() => Directory.CreateDirectory(Path.Combine(Beside, "full"));

    private static byte[] Content(int seed)
    {
        var content = new byte[200_001];
        new Random(seed).NextBytes(content);
        content[100_000] = content[5] = 0;
        return content;
    }
}
