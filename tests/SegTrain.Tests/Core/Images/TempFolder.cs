using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Images;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("segtrain").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    public string WriteText(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>A grey PNG of the given samples.</summary>
    public string Grey(string name, int width, int height, params byte[] samples) => Png(name, new(width, height, 1, 8, samples));

    public string Png(string name, PixelImage image)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        ImageFile.WritePng(this[name], image);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
