using System.Text.Json;
using SegTrain.Core.Config;
using SegTrain.Core.Data.Masks;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;

namespace SegTrain.Core.Trained;

/// <summary>Which file is meant by the path of a model, and what it says of itself.</summary>
internal static class ModelFile
{
    public const string Name = "model.safetensors";

    /// <param name="path">A run, whose best checkpoint it is then; a checkpoint; or a model.safetensors.</param>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: there is none.</exception>
    public static string Find(string path) => FirstIn(path) ?? throw Missing(path);

    /// <summary>The models of a group of runs, those of <c>fit --folds 5</c>; else the one that <see cref="Find"/> finds.</summary>
    /// <inheritdoc cref="Find"/>
    public static IReadOnlyList<string> FindAll(string path)
    {
        if (FirstIn(path) is { } one) return [one];
        string[] runs = Directory.Exists(path) ? [.. Directory.GetDirectories(path).Order(StringComparer.Ordinal).Select(FirstIn).OfType<string>()] : [];
        return runs.Length > 0 ? runs : throw Missing(path);
    }

    /// <summary>The one model that something is found out about and kept of.</summary>
    /// <param name="paths">As users name them.</param>
    /// <param name="purpose">Who asks: a verb or an option.</param>
    /// <exception cref="SegTrainException">There is none, or <see cref="ExitCode.Usage"/>: there are several.</exception>
    public static string One(IReadOnlyList<string> paths, string purpose) => paths.SelectMany(FindAll).ToList() is var files && files.Count == 1 ? files[0]
        : throw new SegTrainException(ExitCode.Usage, $"{purpose} is about one model, and these are {files.Count}; name one of them: {string.Join(", ", files.Take(5))}{(files.Count > 5 ? ", ..." : "")}");

    /// <summary>The same file as <see cref="Find"/>; null where there is none.</summary>
    /// <remarks>A checkpoint that is being replaced is whole under its second name.</remarks>
    public static string? FirstIn(string path) => File.Exists(path) ? path
        : ((string[])[path, Path.Combine(path, "checkpoints", "best"), Path.Combine(path, "checkpoints", "best.old"), Path.Combine(path, "checkpoints", "last")])
            .Select(static folder => Path.Combine(folder, Name)).FirstOrDefault(File.Exists);

    private static SegTrainException Missing(string path) => new(ExitCode.Data, Directory.Exists(path)
        ? $"{path} holds no model: neither {Name} nor checkpoints/best; name a run such as runs/2026-11-21-1503-tversky that has finished an epoch"
        : $"{path} does not exist; name a run, a checkpoint or its {Name}");

    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: it is no model, or a newer program wrote it.</exception>
    public static (ModelCard Card, RunConfig Config) Describe(string file)
    {
        try
        {
            var metadata = Safetensors.ReadMetadata(file);
            if (!metadata.TryGetValue(ModelCard.Key, out var json) || !metadata.TryGetValue("config", out var yaml))
                throw new InvalidDataException("it does not say which net and which classes it is of; 'segtrain fit' writes files that do, others serve as model.weights only");
            RefuseNewer(file, json);
            var card = ModelCard.Parse(json);
            if (card.Classes.Length is < 1 or > byte.MaxValue || card.Channels is < 1 or > ushort.MaxValue || card.Temperatures.Any(static t => !(t > 0)) || (card.Temperatures.Length > 1 && card.Temperatures.Length != card.Outputs) || !(card.Threshold is > 0 and < 1))
                throw new InvalidDataException("its card has numbers that cannot be");
            if (card.Classes.Any(static item => item is not { Name.Length: > 0, Color: { } color } || !MaskValue.TryParseColor(color, out _)))
                throw new InvalidDataException("its card has a class without a name or a colour '#RRGGBB'");
            var config = EffectiveConfig.Load(new ConfigSources { File = file, Text = yaml }).Run;
            return (card, config with { Model = config.Model.WithPreset() with { Freeze = [], Weights = null, WeightsMap = null, WeightsPartial = false } });
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or InvalidDataException or JsonException)
        {
            throw new SegTrainException(ExitCode.Data, $"{file} is no model: {damaged.Message}", damaged);
        }
    }

    /// <summary>A net is not made before it is known that the file has its numbers: a few bytes may claim any width.</summary>
    /// <exception cref="InvalidDataException">It has not.</exception>
    public static void RequireRoom(string file, ModelConfig config, ModelCard card)
    {
        var shape = config.Shape;
        // The deepest 3x3 convolution alone.
        var deepest = 9.0 * Math.Pow(shape.Width * Math.Pow(2, shape.Depth), 2) * sizeof(float);
        if (deepest + card.Outputs * (double)shape.Width > new FileInfo(file).Length) throw new InvalidDataException("the net that it describes is larger than the file");
    }

    // Before the rest is read, which a newer card may have in another form.
    private static void RefuseNewer(string file, string json)
    {
        using var document = JsonDocument.Parse(json);
        var card = document.RootElement;
        if (card.ValueKind == JsonValueKind.Object && card.TryGetProperty("schema", out var schema) && schema.TryGetInt32(out var number) && number > ModelCard.CurrentSchema)
        {
            throw new SegTrainException(ExitCode.Data, $"{file}: segtrain {(card.TryGetProperty("version", out var version) ? version.ToString() : "of a later version")} wrote this model "
                + $"(schema {number}), and this is segtrain {typeof(ModelFile).Assembly.GetName().Version!.ToString(3)} (schema {ModelCard.CurrentSchema}); use the later program");
        }
    }
}
