using SegTrain.Core.Config;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using SegTrain.Core.Trained;
using SegTrain.Core.Training;
using static SegTrain.Tests.Core.Models.NetFixture;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Export;

/// <summary>Models as a run leaves them, but of random weights, with statistics and norms that do something.</summary>
internal static class SavedModel
{
    /// <summary>So many classes that exclude each other, or labels.</summary>
    public static ModelCard Card(int classes, int channels = 3, bool overlap = false) => new()
    {
        Version = "1.2.3",
        Classes = [.. Enumerable.Range(0, classes).Select(static i => new ModelClass($"class {i}", $"{i}", $"#0000{i:X2}"))],
        ClassesOverlap = overlap,
        Channels = channels,
        Metrics = { ["val.dice"] = 0.75 },
    };

    /// <param name="file">Where it is written.</param>
    /// <param name="config">The net.</param>
    /// <param name="card">What it is of.</param>
    /// <param name="run">All else of the configuration.</param>
    /// <param name="seed">Decides the weights.</param>
    public static void Write(string file, ModelConfig config, ModelCard card, RunConfig? run = null, long seed = 5)
    {
        using var net = Net(config, card.Channels, card.Outputs, seed);
        using (no_grad())
        {
            foreach (var (index, parameter) in net.Parameters.All.Index().Where(static one => one.Item.Name.Contains("norm") || one.Item.Name.EndsWith(".bias") || one.Item.Name.StartsWith("input")))
            {
                // Variances and deviations are above 0, and so may all be.
                parameter.Value.copy_(Uniform(index, parameter.Shape) + 0.25);
            }
            // Of certainties, 0 and 1, any net would be near.
            using var scope = NewDisposeScope();
            var spread = net.Infer(Uniform(0, 1, card.Channels, 13, 18)).std();
            foreach (var parameter in net.Parameters.Trained.Where(static one => one.Name.StartsWith("head."))) parameter.Value.div_(spread);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        AtomicFile.Write(file, stream => Safetensors.Write(stream, Checkpoint.Tensors(net.Parameters),
            [new("config", ConfigWriter.Write((run ?? new()) with { Model = config.WithPreset() })), new(ModelCard.Key, card.ToJson())]));
    }

    public static TrainedModel Open(string file, ModelConfig config, ModelCard card)
    {
        Write(file, config, card);
        return TrainedModel.Open(file, CPU);
    }
}
