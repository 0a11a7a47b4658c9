using SegTrain.Core.Data;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;
using SegTrain.Tests.Core.Export;

namespace SegTrain.Tests.Support;

/// <summary>A model.safetensors in a folder, of a net so small that many are made in a test.</summary>
internal static class TrainedFile
{
    private static readonly ModelConfig s_small = new() { Width = 4, Depth = 1, Norm = Norm.Batch, Block = Block.Plain };

    /// <returns>Its path.</returns>
    public static string Write(string folder, int classes = 2, bool overlap = false, DataConfig? data = null, int seed = 1, Func<ModelCard, ModelCard>? card = null)
    {
        var written = SavedModel.Card(classes, overlap: overlap);
        written = written with { Classes = [.. Enumerable.Range(0, classes).Select(static c => new ModelClass($"c{c}", $"{c}", ClassPalette.Of(c)))] };
        var file = Path.Combine(folder, ModelFile.Name);
        SavedModel.Write(file, s_small, card?.Invoke(written) ?? written, new() { Data = data ?? new() }, seed);
        return file;
    }
}
