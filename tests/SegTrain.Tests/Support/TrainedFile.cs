using SegTrain.Core.Config;
using SegTrain.Core.Data;
using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Recipe;
using SegTrain.Core.Trained;
using static TorchSharp.torch;

namespace SegTrain.Tests.Support;

/// <summary>A model.safetensors as a run leaves it, of a net that has learnt nothing but has statistics of its own.</summary>
internal static class TrainedFile
{
    public static readonly ModelConfig Small = new() { Width = 4, Depth = 1, Norm = Norm.Batch, Block = Block.Plain };

    /// <returns>Its path.</returns>
    public static string Write(string folder, ModelConfig? config = null, int classes = 2, int channels = 3, bool overlap = false, DataConfig? data = null, int seed = 1, Func<ModelCard, ModelCard>? card = null)
    {

        var written = new ModelCard
        {
            Version = "0.0.0",
            Classes = [.. Enumerable.Range(0, classes).Select(static c => new ModelClass($"c{c}", $"{c}", ClassPalette.Of(c)))],
            ClassesOverlap = overlap,
            Channels = channels,
        };
        written = card?.Invoke(written) ?? written;
        var run = new RunConfig { Model = (config ?? Small).WithPreset(), Data = data ?? new() };
        using var net = new SegmentationNet(run.Model, [.. Enumerable.Repeat(0.5f, channels)], [.. Enumerable.Repeat(0.25f, channels)], written.Outputs, CPU, seed);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        foreach (var buffer in net.Parameters.Buffers.Where(static buffer => buffer.Name.Contains("running", StringComparison.Ordinal)))
            buffer.Value.copy_(rand(buffer.Value.shape, generator: new Generator((ulong)seed)));
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, ModelFile.Name);
        AtomicFile.Write(file, stream => Safetensors.Write(stream, [.. net.Parameters.All.Select(static one => (one.Name, one.Value))],
            [new("config", ConfigWriter.Write(run)), new(ModelCard.Key, written.ToJson())]));
        return file;
    }
}
