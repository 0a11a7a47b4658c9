using SegTrain.Core.Data;
using SegTrain.Core.Images;
using SegTrain.Core.Recipe;

namespace SegTrain.Bench;

/// <summary>Sets of PNG files in a temporary folder, for machines without real ones, and for counting what a pair costs.</summary>
internal sealed class LoadingSets : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("segtrain-bench").FullName;

    /// <summary>Synthetic images in the size of street scenes.</summary>
    public IReadOnlyList<string> Make()
    {
        Write(_folder, pairs: 48, size: 416);
        return [_folder];
    }

    /// <summary>Writes a set of synthetic images with class indices as masks; the same 64 over and over where there are more.</summary>
    public static void Write(string folder, int pairs, int size)
    {
        var config = new RunConfig { Data = new() { Synthetic = new() { Train = 64, Validation = 1, Size = size } } };
        var samples = Dataset.Open(config.Loading).Train;
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        Directory.CreateDirectory(Path.Combine(folder, "masks"));
        var files = Enumerable.Range(0, Math.Min(pairs, samples.Count)).Select(i => samples.Load(i))
            .Select(static sample => (Png(sample.Image), Png(new(sample.Image.Width, sample.Image.Height, 1, 8, sample.Target)))).ToArray();
        for (var i = 0; i < pairs; i++)
        {
            var (image, mask) = files[i % files.Length];
            File.WriteAllBytes(Path.Combine(folder, "images", $"{i:D6}.png"), image);
            File.WriteAllBytes(Path.Combine(folder, "masks", $"{i:D6}.png"), mask);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Png(PixelImage image)
    {
        var file = new MemoryStream();
        PngRows.Write(file, image);
        return file.ToArray();
    }
}
