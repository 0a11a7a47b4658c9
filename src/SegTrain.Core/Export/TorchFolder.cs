namespace SegTrain.Core.Export;

internal static class TorchFolder
{
    public static IReadOnlyList<string> Files { get; } = ["model.safetensors", "config.json"];
}
