using SegTrain.Core.Data;
using SegTrain.Core.Inspect;
using SegTrain.Core.Recipe;
using SegTrain.Tests.Core.Images;

namespace SegTrain.Tests.Core.Inspect;

/// <summary>A set of small pictures in a folder of its own.</summary>
internal sealed class InspectedSet : IDisposable
{
    public TempFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    public static ClassConfig Named(string name, string value) => new() { Name = name, Value = value };

    public static byte[] Noise(int seed, int length = 400)
    {
        var noise = new byte[length];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    /// <summary>20 x 20 pixels, each value on five rows.</summary>
    public static byte[] Quarters(byte[] values) => [.. Enumerable.Range(0, 400).Select(i => values[i / 100])];

    /// <summary>An image of noise and a mask with each value on five rows.</summary>
    public void Pair(string pattern, int seed, byte[] values)
    {
        Folder.Grey(string.Format(pattern, "images"), 20, 20, Noise(seed));
        Folder.Grey(string.Format(pattern, "masks"), 20, 20, Quarters(values));
    }

    /// <summary>Breaks the pixels and leaves the header sound.</summary>
    public void Damage(string name)
    {
        var file = File.ReadAllBytes(Folder[name]);
        file[^20] ^= 0xFF;
        Folder.Write(name, file);
    }

    public Inspection Inspect(Wanted wanted) => Inspector.Run(Config(wanted), null).Report;

    public RunConfig Config(Wanted wanted) => new()
    {
        Data = wanted.Data with { Path = Folder.Path },
        Train = new() { BatchSize = wanted.Batch },
        Augment = new() { Crop = wanted.Crop },
    };
}

/// <summary>What differs from the default configuration.</summary>
internal sealed record Wanted
{
    public DataConfig Data { get; init; } = new();

    public int Batch { get; init; }

    public IReadOnlyList<int> Crop { get; init; } = [];
}
