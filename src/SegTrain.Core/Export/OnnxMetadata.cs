using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SegTrain.Core.Files;
using SegTrain.Core.Trained;

namespace SegTrain.Core.Export;

/// <summary>What an ONNX file says of itself, by keys that begin with <c>segtrain.</c>: numbers, lists and tables as JSON, texts as they are.</summary>
internal static class OnnxMetadata
{
    public static IEnumerable<KeyValuePair<string, string>> Of(TrainedModel model)
    {
        var data = model.Config.Data;
        var card = JsonNode.Parse(model.Card.ToJson())!.AsObject();
        return
        [
            .. card.Select(static one => Named(one.Key, one.Value)),
            Named("mode", ModeOf(model.Card)),
            Named("mean", Numbers(model, "input.mean")),
            Named("std", Numbers(model, "input.std")),
            Named("stride", model.Net.OutputStride),
            Named("resize", new JsonArray([.. data.Resize.Select(static side => JsonValue.Create(side))])),
            Named("fit", data.Fit.ToString().ToLowerInvariant()),
            Named("config", Safetensors.ReadMetadata(model.File)["config"]),
            Named("model_sha256", Hash(model.File)),
        ];
    }

    /// <summary>What the planes are: <c>binary</c>, <c>multiclass</c> or <c>multilabel</c>.</summary>
    public static string ModeOf(ModelCard card) => card.Mode.ToString().ToLowerInvariant();

    private static KeyValuePair<string, string> Named(string key, JsonNode? value) =>
        new($"segtrain.{key}", value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value?.ToJsonString() ?? "null");

    private static JsonArray Numbers(TrainedModel model, string name)
    {
        using var value = model.Net.Parameters.Buffers.Single(buffer => buffer.Name == name).Value.cpu();
        return new([.. MemoryMarshal.Cast<byte, float>(value.bytes).ToArray().Select(static number => JsonValue.Create(number))]);
    }

    private static string Hash(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
