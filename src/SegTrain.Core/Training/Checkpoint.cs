using System.Text.Json;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// A folder with model.safetensors (weights and buffers, usable alone), optimizer.safetensors, state.json and the effective config.
/// It is written beside the old one and takes its place by renaming, so that one whole checkpoint is there at every instant.
/// </summary>
internal static class Checkpoint
{
    private const string Model = "model.safetensors";
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";

    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="net">Weights and buffers.</param>
    /// <param name="optimizer">Its state.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="config">The effective config as YAML, kept in the weights' file.</param>
    public static void Save(string path, ParameterSet net, Optim.Optimizer optimizer, TrainState state, string config)
    {
        var (beside, old) = ($"{path}.new", $"{path}.old");
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        AtomicFile.Write(Path.Combine(beside, Model), stream => Safetensors.Write(stream, Tensors(net), Metadata(config)));
        AtomicFile.Write(Path.Combine(beside, Optimizer), stream => Safetensors.Write(stream, optimizer.State, Metadata(config)));
        AtomicFile.Write(Path.Combine(beside, State), stream => JsonSerializer.Serialize(stream, state, TrainStateJson.Default.TrainState));
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
        if (Directory.Exists(path)) Directory.Move(path, old);
        Directory.Move(beside, path);
        if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
    }

    /// <summary>Fills net and optimizer from a checkpoint.</summary>
    /// <exception cref="SegTrainException">There is none, or it is damaged or of another net.</exception>
    public static TrainState Load(string path, ParameterSet net, Optim.Optimizer optimizer)
    {
        // A run that was killed between the two renames of Save left its checkpoint under this name.
        if (!Directory.Exists(path)) path = Directory.Exists($"{path}.new") && File.Exists(Path.Combine($"{path}.new", State)) ? $"{path}.new" : $"{path}.old";
        try
        {
            Safetensors.Read(Path.Combine(path, Model), Tensors(net));
            Safetensors.Read(Path.Combine(path, Optimizer), optimizer.State);
            using var stream = File.OpenRead(Path.Combine(path, State));
            return JsonSerializer.Deserialize(stream, TrainStateJson.Default.TrainState) ?? throw new InvalidDataException($"{path}/{State} is empty");
        }
        catch (Exception damaged) when (damaged is IOException or InvalidDataException or JsonException)
        {
            throw new SegTrainException(ExitCode.Data, $"{path}: the checkpoint cannot be resumed: {damaged.Message}", damaged);
        }
    }

    /// <summary>Weights and buffers under their names.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Tensors(ParameterSet net) =>
        [.. net.Trained.Concat(net.Buffers).Select(static parameter => (parameter.Name, parameter.Value))];

    private static Dictionary<string, string> Metadata(string config) => new()
    {
        ["format"] = "pt",
        ["segtrain"] = typeof(Checkpoint).Assembly.GetName().Version!.ToString(3),
        ["config"] = config,
    };
}
