using System.Security.Cryptography;
using System.Text.Json;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// A folder with model.safetensors (weights and buffers, usable alone), optimizer.safetensors, state.json, and their checksums in the form
/// of sha256sum. It is written beside the old one, which is kept as NAME.old until the next: at every instant one of them is whole.
/// </summary>
internal static class Checkpoint
{
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";
    private const string Sums = "SHA256SUMS";

    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="setup">Weights, optimizer and effective config. Where weights are averaged the net holds the average now.</param>
    /// <param name="state">Where the run stands.</param>
    /// <exception cref="IOException">The disk is full, or the run folder is gone.</exception>
    public static void Save(string path, TrainingSetup setup, TrainState state)
    {
        var (beside, old) = (Beside(path), $"{path}.old");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new DirectoryNotFoundException($"the folder {Path.GetDirectoryName(path)} is gone");
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        string[] sums =
        [
            Write(beside, ModelFile.Name, stream => Safetensors.Write(stream, Tensors(setup.Net.Parameters), [.. Metadata(setup.ConfigText), new(ModelCard.Key, Card(setup, state).ToJson())])),
            Write(beside, Optimizer, stream => Safetensors.Write(stream, OptimizerTensors(setup), Metadata(setup.ConfigText))),
            Write(beside, State, stream => JsonSerializer.Serialize(stream, state, TrainStateJson.Default.TrainState)),
        ];
        AtomicFile.WriteText(Path.Combine(beside, Sums), string.Concat(sums));
        if (Directory.Exists(path))
        {
            if (Directory.Exists(old)) Directory.Delete(old, recursive: true);
            Directory.Move(path, old);
        }
        Directory.Move(beside, path);
    }

    /// <summary>Fills net, average and optimizer from the newest checkpoint of that name that is whole.</summary>
    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="setup">What is filled.</param>
    /// <param name="warn">Told of a damaged checkpoint that an older one stands in for.</param>
    /// <returns>Where it stands.</returns>
    /// <exception cref="SegTrainException">There is none, or all that there are are damaged, or of another net.</exception>
    public static TrainState Load(string path, TrainingSetup setup, Action<string> warn)
    {
        var faults = new List<string>();
        foreach (var folder in Complete(path))
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
            if (folder == Beside(path) && !Directory.Exists(path)) Directory.Move(folder, path);
            if (faults.Count > 0) warn($"{faults[^1]}; going on from {folder}, saved after step {state.Step}");
            return state;
        }
        if (faults.Count == 0) faults.Add($"{path}: there is no such checkpoint");
        throw new SegTrainException(ExitCode.Data, $"{string.Join('\n', faults)}\nNo checkpoint is left to resume from.");
    }

    /// <summary>Whether there is anything to load.</summary>
    public static bool Exists(string path) => Complete(path).Any();

    // A run that was killed between the two renames of Save left its newest under the second name.
    private static IEnumerable<string> Complete(string path) => new[] { path, Beside(path), $"{path}.old" }.Where(static folder => File.Exists(Path.Combine(folder, Sums)));

    /// <summary>Where a checkpoint is until it is whole.</summary>
    public static string Beside(string path) => $"{path}.new";

    /// <summary>Weights and buffers under their names.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Tensors(ParameterSet net) =>
        [.. net.All.Select(static parameter => (parameter.Name, parameter.Value))];

    private static IReadOnlyList<(string Name, Tensor Value)> OptimizerTensors(TrainingSetup setup) =>
        [.. setup.Optimizer.State, .. setup.Average?.State ?? []];

    /// <returns>The file's line of checksums.</returns>
    private static string Write(string folder, string name, Action<Stream> content)
    {
        using var sha = SHA256.Create();
        AtomicFile.Write(Path.Combine(folder, name), stream =>
        {
            using var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
            content(hashed);
        });
        return $"{Convert.ToHexStringLower(sha.Hash!)}  {name}\n";
    }

    private static TrainState Verified(string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, Sums)))
        {
            if (line.Split("  ") is not [var sum, var name]) throw new InvalidDataException($"{Sums} is not what was written");
            using var file = File.OpenRead(Path.Combine(folder, name));
            if (Convert.ToHexStringLower(SHA256.HashData(file)) != sum) throw new InvalidDataException($"{name} is not what was written");
        }
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
