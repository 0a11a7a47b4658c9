using System.Security.Cryptography;
using System.Text.Json;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// A folder with model.safetensors (weights and buffers, usable alone), optimizer.safetensors and state.json, which knows the checksums of
/// the others. It is written beside the old one, which is kept as NAME.old until the next: at every instant one of them is whole.
/// </summary>
internal static class Checkpoint
{
    private const string Model = "model.safetensors";
    private const string Optimizer = "optimizer.safetensors";
    private const string State = "state.json";

    /// <param name="path">The checkpoint's folder.</param>
    /// <param name="setup">Weights, optimizer and effective config. Where weights are averaged the net holds the average now.</param>
    /// <param name="state">Where the run stands.</param>
    /// <exception cref="IOException">The disk is full, or the run folder is gone.</exception>
    public static void Save(string path, TrainingSetup setup, TrainState state)
    {
        var (beside, old) = ($"{path}.new", $"{path}.old");
        if (!Directory.Exists(Path.GetDirectoryName(path))) throw new DirectoryNotFoundException($"the folder {Path.GetDirectoryName(path)} is gone");
        if (Directory.Exists(beside)) Directory.Delete(beside, recursive: true);
        Directory.CreateDirectory(beside);
        state = state with
        {
            Files = new()
            {
                [Model] = Write(Path.Combine(beside, Model), Tensors(setup.Net.Parameters), setup.ConfigText),
                [Optimizer] = Write(Path.Combine(beside, Optimizer), OptimizerTensors(setup), setup.ConfigText),
            },
        };
        AtomicFile.Write(Path.Combine(beside, State), stream => JsonSerializer.Serialize(stream, state, TrainStateJson.Default.TrainState));
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
    /// <returns>Where it stands; the beginning when nothing was saved yet.</returns>
    /// <exception cref="SegTrainException">All that there are are damaged, or of another net.</exception>
    public static TrainState Load(string path, TrainingSetup setup, Action<string> warn)
    {
        // A run that was killed between the two renames of Save left its newest under the second name.
        string[] candidates = [.. new[] { path, $"{path}.new", $"{path}.old" }.Where(folder => File.Exists(Path.Combine(folder, State)))];
        var faults = new List<string>();
        foreach (var folder in candidates)
        {
            try
            {
                var state = Verified(folder);
                Safetensors.Read(Path.Combine(folder, Model), Tensors(setup.Net.Parameters));
                Safetensors.Read(Path.Combine(folder, Optimizer), OptimizerTensors(setup));
                setup.Average?.Exchange();
                if (faults.Count > 0) warn($"{faults[^1]}; going on from {folder}, saved after step {state.Step}");
                return state;
            }
            catch (Exception damaged) when (damaged is IOException or InvalidDataException or JsonException)
            {
                faults.Add($"{folder}: the checkpoint is damaged: {damaged.Message}");
            }
        }
        if (faults.Count > 0) throw new SegTrainException(ExitCode.Data, $"{string.Join('\n', faults)}\nNo checkpoint is left to resume from.");
        return new TrainState();
    }

    /// <summary>Weights and buffers under their names.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Tensors(ParameterSet net) =>
        [.. net.All.Select(static parameter => (parameter.Name, parameter.Value))];

    private static IReadOnlyList<(string Name, Tensor Value)> OptimizerTensors(TrainingSetup setup) =>
        [.. setup.Optimizer.State, .. setup.Average?.State ?? []];

    private static string Write(string path, IReadOnlyList<(string Name, Tensor Value)> tensors, string config)
    {
        using var sha = SHA256.Create();
        AtomicFile.Write(path, stream =>
        {
            using var hashed = new CryptoStream(stream, sha, CryptoStreamMode.Write, leaveOpen: true);
            Safetensors.Write(hashed, tensors, Metadata(config));
        });
        return Convert.ToHexStringLower(sha.Hash!);
    }

    private static TrainState Verified(string folder)
    {
        using var stream = File.OpenRead(Path.Combine(folder, State));
        var state = JsonSerializer.Deserialize(stream, TrainStateJson.Default.TrainState) ?? throw new InvalidDataException($"{State} is empty");
        if (state.Schema != TrainState.Version)
            throw new InvalidDataException($"{State} has schema {state.Schema}, this program has {TrainState.Version}; use the program that wrote it");
        foreach (var (name, sum) in state.Files)
        {
            using var file = File.OpenRead(Path.Combine(folder, name));
            if (Convert.ToHexStringLower(SHA256.HashData(file)) != sum) throw new InvalidDataException($"{name} is not what was written");
        }
        return state;
    }

    private static Dictionary<string, string> Metadata(string config) => new()
    {
        ["format"] = "pt",
        ["segtrain"] = typeof(Checkpoint).Assembly.GetName().Version!.ToString(3),
        ["config"] = config,
    };
}
