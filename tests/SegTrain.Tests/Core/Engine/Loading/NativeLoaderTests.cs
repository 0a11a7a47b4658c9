using SegTrain.Core.Engine.Loading;
using SegTrain.Tests.Support;

namespace SegTrain.Tests.Core.Engine.Loading;

public sealed class NativeLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_cannot_be_loaded_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the words are those of glibc");
        var path = _folder.File("libnothing.so");
        var absent = Assert.Throws<DllNotFoundException>(() => NativeLoader.Load(path)).Message;
        Assert.Equal($"{path}: cannot open shared object file: No such file or directory", absent);
        File.WriteAllText(path, "INPUT ( libsomething.so )");
        Assert.Equal($"{path}: file too short", NativeLoader.LoadWhole(path));
    }
}
