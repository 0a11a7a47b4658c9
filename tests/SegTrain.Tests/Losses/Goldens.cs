using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SegTrain.Tests.Losses;

/// <summary>Values and gradients of reference implementations, read from the folder <c>shared</c> beside the repository.</summary>
internal sealed record Goldens(Dictionary<string, GoldenInput> Inputs, List<GoldenEntry> Entries)
{
    private static readonly JsonSerializerOptions s_options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly Dictionary<string, Goldens> s_read = [];

    /// <summary>The file that SEGTRAIN_GOLDENS names, else the one in <c>shared</c>; the test is skipped where there is none.</summary>
    internal static Goldens Read()
    {
        var file = Environment.GetEnvironmentVariable("SEGTRAIN_GOLDENS") ?? Shared("reference-losses.json.gz");
        lock (s_read)
        {
            if (s_read.TryGetValue(file, out var known)) return known;
            using var stored = File.OpenRead(file);
            using Stream plain = file.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(stored, CompressionMode.Decompress)
                : stored;
            return s_read[file] = JsonSerializer.Deserialize<Goldens>(plain, s_options)!;
        }
    }

    /// <summary>A file of <c>shared/goldens</c>.</summary>
    internal static string Shared(string name)
    {
        var shared = Environment.GetEnvironmentVariable("SEGTRAIN_SHARED") ?? Path.Combine(Root(), "..", "shared");
        var file = Path.Combine(shared, "goldens", name);
        Assert.SkipUnless(
            File.Exists(file), $"there is no {name} in the folder shared/goldens beside the repository, nor in SEGTRAIN_SHARED");
        return file;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder.Parent is { } parent && !File.Exists(Path.Combine(folder.FullName, "SegTrain.sln"))) folder = parent;
        return folder.FullName;
    }
}

internal sealed record GoldenInput(
    string Mode, long? IgnoreIndex, long[] LogitsShape, long[] TargetsShape, double[] Logits, double[] Targets)
{
    [JsonIgnore]
    internal bool AllIgnored => IgnoreIndex is { } ignored && Targets.All(target => target == ignored);

    [JsonIgnore]
    internal bool IsHard => Targets.All(target => target == Math.Floor(target));
}

internal sealed record GoldenEntry(
    string Id, string Case, string Loss, string Level, Dictionary<string, JsonElement> Params, string Input,
    double? Value, double?[] Grad, bool GradUnique, string? Nonfinite);
