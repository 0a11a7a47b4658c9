using System.Text.Json;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// All that a run goes on with: model.safetensors (weights and buffers, usable alone), optimizer.safetensors and state.json, in a
/// <see cref="CheckpointFolder"/>.
/// </summary>
internal static class Checkpoint
{
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";

    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="setup">Weights, optimizer and effective config. Where weights are averaged the net holds the average now.</param>
    /// <param name="state">Where the run stands.</param>
    /// <exception cref="IOException">The disk is full, or the run folder is gone.</exception>
    public static void Save(string path, TrainingSetup setup, TrainState state) => CheckpointFolder.Replace(path, beside =>
    [
        CheckpointFolder.Write(beside, ModelFile.Name, stream => Safetensors.Write(stream, Tensors(setup.Net.Parameters), [.. Metadata(setup.ConfigText), new(ModelCard.Key, Card(setup, state).ToJson())])),
        CheckpointFolder.Write(beside, Optimizer, stream => Safetensors.Write(stream, OptimizerTensors(setup), Metadata(setup.ConfigText))),
        CheckpointFolder.Write(beside, State, stream => JsonSerializer.Serialize(stream, state, TrainStateJson.Default.TrainState)),
    ]);

    /// <summary>Fills net, average and optimizer from the newest checkpoint of that name that is whole.</summary>
    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="setup">What is filled.</param>
    /// <param name="warn">Told of a damaged checkpoint that an older one stands in for.</param>
    /// <returns>Where it stands.</returns>
    /// <exception cref="SegTrainException">There is none, or all that there are are damaged, or of another net.</exception>
    public static TrainState Load(string path, TrainingSetup setup, Action<string> warn)
    {
        var faults = new List<string>();
        foreach (var folder in CheckpointFolder.Complete(path))
        {
            TrainState state;
            try
            {
                state = Verified(folder);
                Safetensors.Read(Path.Combine(folder, ModelFile.Name), Tensors(setup.Net.Parameters));
                Safetensors.Read(Path.Combine(folder, Optimizer), OptimizerTensors(setup));
                setup.Average?.Exchange();
            }
            catch (Exception damaged) when (damaged is IOException or InvalidDataException or JsonException)
            {
                faults.Add($"{folder}: the checkpoint is damaged: {damaged.Message}");
                continue;
            }
            // Under its second name the next Save would begin by removing it.
            if (folder == CheckpointFolder.Beside(path) && !Directory.Exists(path)) Directory.Move(folder, path);
            if (faults.Count > 0) warn($"{faults[^1]}; going on from {folder}, saved after step {state.Step}");
            return state;
        }
        if (faults.Count == 0) faults.Add($"{path}: there is no such checkpoint");
        throw new SegTrainException(ExitCode.Data, $"{string.Join('\n', faults)}\nNo checkpoint is left to resume from.");
    }

    /// <summary>Whether there is anything to load.</summary>
    public static bool Exists(string path) => CheckpointFolder.Complete(path).Any();

    /// <summary>Weights and buffers under their names.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Tensors(ParameterSet net) =>
        [.. net.All.Select(static parameter => (parameter.Name, parameter.Value))];

    private static IReadOnlyList<(string Name, Tensor Value)> OptimizerTensors(TrainingSetup setup) =>
        [.. setup.Optimizer.State, .. setup.Average?.State ?? []];

    private static TrainState Verified(string folder)
    {
        CheckpointFolder.Verify(folder);
        using var stream = File.OpenRead(Path.Combine(folder, State));
        var state = JsonSerializer.Deserialize(stream, TrainStateJson.Default.TrainState) ?? throw new InvalidDataException($"{State} is empty");
        if (state.Schema != TrainState.Version)
        {
            throw new SegTrainException(ExitCode.Data, $"{folder}: another version of segtrain wrote this checkpoint ({State} has schema {state.Schema}, this program {TrainState.Version}); "
                + "go on with the one that wrote it, or begin a run of its own from its weights with --set model.weights=PATH.");
        }
        return state;
    }

    private static KeyValuePair<string, string>[] Metadata(string config) => [new("format", "pt"), new("segtrain", Fit.Version), new("config", config)];

    private static ModelCard Card(TrainingSetup setup, TrainState state) => new()
    {
        Version = Fit.Version,
        Classes = ModelCard.ClassesOf(setup.Classes),
        Ignored = [.. setup.Classes.Ignored],
        ClassesOverlap = setup.Classes.Mode == SegmentationMode.Multilabel,
        Channels = setup.Net.Channels,
        Epoch = state.Epoch,
        Metrics = state.Metrics.Where(static metric => metric.Key.StartsWith("val.", StringComparison.Ordinal)).ToDictionary(),
        Data = state.Data,
    };
}
