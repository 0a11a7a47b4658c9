using SegTrain.Core.Files;
using SegTrain.Core.Models;
using SegTrain.Core.Trained;
using Serilog;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// Fine-tuning: a net begins with the weights of another. As timm and nnU-Net have it, the body must fit and the head may be of other
/// classes; a net that has more than the file, attention gates say, may begin those at random.
/// </summary>
internal static class FirstWeights
{
    // More lines say no more.
    private const int MostNamed = 8;

    /// <param name="path">A safetensors file, or the folder of a checkpoint or of a run, whose best checkpoint it is then.</param>
    /// <param name="net">Filled, by name.</param>
    /// <param name="log">Told what was taken and what was not.</param>
    /// <exception cref="SegTrainException">There is no such file, it is damaged, or it is of another net.</exception>
    public static void Load(string path, ParameterSet net, ILogger log)
    {
        var file = ((string[])[path, Path.Combine(path, ModelFile.Name), Path.Combine(path, "checkpoints", "best", ModelFile.Name)]).FirstOrDefault(File.Exists)
            ?? throw new SegTrainException(ExitCode.Config, $"model.weights: {path} is no safetensors file, and no checkpoint or run with one");
        try
        {
            Fill(file, net, log);
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SegTrainException(ExitCode.Data, $"model.weights: {file} cannot be read: {damaged.Message}", damaged);
        }
    }

    private static void Fill(string file, ParameterSet net, ILogger log)
    {
        var (there, here) = (Safetensors.Contents(file), Checkpoint.Tensors(net));
        var shared = here.Where(tensor => there.ContainsKey(tensor.Name)).ToList();
        var fitting = shared.Where(tensor => Fits(there[tensor.Name], tensor.Value)).ToList();
        var differing = shared.Except(fitting).ToLookup(static tensor => tensor.Name.StartsWith("head.", StringComparison.Ordinal));
        if (differing[false].Any())
        {
            throw new SegTrainException(ExitCode.Config, $"model.weights: {file} is of another net; set model.* and data.channels as they were there\n"
                + Listed("\n", differing[false].Select(tensor => $"{tensor.Name} is {Text(there[tensor.Name])} there and {Text(("F32", tensor.Value.shape))} here")));
        }
        if (fitting.Count == 0)
        {
            throw new SegTrainException(ExitCode.Config,
                $"model.weights: {file} has no tensor of this net; it has {Listed(", ", there.Keys)}, the net {Listed(", ", here.Select(static tensor => tensor.Name))}");
        }
        Safetensors.Read(file, fitting);
        log.Information("first weights: {Count} of {All} tensors from {File:l}", fitting.Count, here.Count, file);
        Say("they are of another number of classes there and begin at random", [.. differing[true].Select(static tensor => tensor.Name)]);
        Say("they are not there and begin at random", [.. here.Select(static tensor => tensor.Name).Except(there.Keys)]);
        Say("they are there and this net has no use for them", [.. there.Keys.Except(here.Select(static tensor => tensor.Name))]);

        void Say(string what, IReadOnlyList<string> names)
        {
            if (names.Count > 0) log.Warning("first weights: {What:l}: {Names:l}", what, Listed(", ", names));
        }
    }

    private static bool Fits((string Type, long[] Shape) stored, Tensor tensor) => stored.Type == "F32" && stored.Shape.SequenceEqual(tensor.shape);

    private static string Text((string Type, long[] Shape) tensor) => $"{tensor.Type} ({string.Join(", ", tensor.Shape)})";

    private static string Listed(string separator, IEnumerable<string> lines) => lines.ToList() is var all && all.Count <= MostNamed
        ? string.Join(separator, all)
        : $"{string.Join(separator, all.Take(MostNamed))}{separator}and {all.Count - MostNamed} more";
}
