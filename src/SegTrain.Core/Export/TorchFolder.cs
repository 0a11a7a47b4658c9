using System.Text.Json;
using System.Text.Json.Nodes;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Export;

/// <summary>
/// A folder for docs/unet.py: weights in the names of PyTorch's layers, which are ours, and config.json with what the net consists of and what its planes mean.
/// </summary>
internal static class TorchFolder
{
    private const string Config = "config.json";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static IReadOnlyList<string> Files { get; } = [ModelFile.Name, Config];

    /// <returns>What it is, for people.</returns>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Data"/>: the net is another than the script can build.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, TrainedModel model)
    {
        RequireKnown(model);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, ModelFile.Name), stream => Safetensors.Write(
            stream, [.. model.Net.Parameters.All.Where(IsUsed).Select(static parameter => (parameter.Name, parameter.Value))], [new("format", "pt")]));
        AtomicFile.WriteText(Path.Combine(folder, Config), Describe(model).ToJsonString(s_indented) + "\n");
        return [$"{folder}: {string.Join(" and ", Files)}, for docs/unet.py"];
    }

    private static void RequireKnown(TrainedModel model)
    {
        var config = model.Config.Model;
        string[] unknown =
        [
            .. config.Architecture == "unet" ? [] : new[] { $"architecture {config.Architecture}" },
            .. config.Shape.Block == Block.Plain ? [] : new[] { "block residual" },
            .. config.Attention ? new[] { "attention" } : [],
        ];
        if (unknown.Length > 0)
        {
            throw new SegTrainException(ExitCode.Data, $"{model.File}: docs/unet.py builds plain U-Nets, and this model has {string.Join(", ", unknown)}; "
                + "export it with --format onnx, or read it as it is: model.safetensors has every weight by its name");
        }
    }

    // Only the finest head computes.
    private static bool IsUsed(Parameter parameter) => !parameter.Name.StartsWith("head.", StringComparison.Ordinal) || parameter.Name is "head.weight" or "head.bias";

    private static JsonObject Describe(TrainedModel model)
    {
        var (card, config, data) = (model.Card, model.Config.Model, model.Config.Data);
        var shape = config.Shape;
        return new()
        {
            ["channels"] = card.Channels,
            ["outputs"] = card.Outputs,
            ["width"] = shape.Width,
            ["depth"] = shape.Depth,
            ["norm"] = shape.Norm.ToString().ToLowerInvariant(),
            ["up"] = config.Up.ToString().ToLowerInvariant(),
            ["patch"] = config.Patch,
            ["mode"] = OnnxMetadata.ModeOf(card),
            ["classes"] = JsonNode.Parse(card.ToJson())!["classes"]!.DeepClone(),
            ["threshold"] = card.Threshold,
            ["temperatures"] = new JsonArray([.. card.Temperatures.Select(static one => JsonValue.Create(one))]),
            ["resize"] = new JsonArray([.. data.Resize.Select(static side => JsonValue.Create(side))]),
            ["fit"] = data.Fit.ToString().ToLowerInvariant(),
            ["segtrain"] = card.Version,
        };
    }
}
