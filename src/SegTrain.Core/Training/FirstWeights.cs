using System.Globalization;
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

    // A net of which more begins at random is hardly the one that the file is of.
    private const double LeastShare = 0.5;

    /// <param name="config">Whose model.weights names a safetensors file, a file of torch.save, or the folder of a checkpoint or of a run, whose best checkpoint it is then.</param>
    /// <param name="net">Filled, by name.</param>
    /// <param name="log">Told what was taken and what was not.</param>
    /// <exception cref="SegTrainException">There is no such file, it is damaged, or it is of another net.</exception>
    public static void Load(ModelConfig config, ParameterSet net, ILogger log)
    {
        if (config.Weights is not { } path)
        {
            if (config.WeightsMap is not null) throw new SegTrainException(ExitCode.Config, "model.weights_map is about the names in a file of weights, but none is named; set model.weights");
            return;
        }
        var file = ModelFile.FirstIn(path)
            ?? throw new SegTrainException(ExitCode.Config, $"model.weights: {path} is no file of weights, and no checkpoint or run with one");
        try
        {
            Fill(file, config, net, log);
        }
        catch (Exception damaged) when (damaged is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new SegTrainException(ExitCode.Data, $"model.weights: {file} cannot be read: {damaged.Message}", damaged);
        }
    }

    private static void Fill(string file, ModelConfig config, ParameterSet net, ILogger log)
    {
        var (there, here) = (TorchWeights.Is(file) ? TorchWeights.Contents(file) : Safetensors.Contents(file), Checkpoint.Tensors(net));
        var names = config.WeightsMap is { } map ? WeightsMap.Read(map, here.ToDictionary(static tensor => tensor.Name, static tensor => tensor.Value.shape), there) : new Dictionary<string, string>();
        var shared = here.Where(tensor => there.ContainsKey(Theirs(tensor.Name))).ToList();
        var fitting = shared.Where(tensor => there[Theirs(tensor.Name)] is { IsReal: true } stored && stored.Shape.SequenceEqual(tensor.Value.shape)).ToList();
        var differing = shared.Except(fitting).ToLookup(static tensor => tensor.Name.StartsWith("head.", StringComparison.Ordinal));
        if (differing[false].Any())
        {
            throw new SegTrainException(ExitCode.Config, $"model.weights: {file} is of another net; set model.* and data.channels as they were there\n"
                + Listed("\n", differing[false].Select(tensor => $"{tensor.Name} is {there[Theirs(tensor.Name)]} there and F32 ({string.Join(", ", tensor.Value.shape)}) here")));
        }
        if (fitting.Count == 0)
        {
            throw new SegTrainException(ExitCode.Config, $"model.weights: {file} has no tensor of this net; it has {Listed(", ", there.Keys)}, the net "
                + $"{Listed(", ", here.Select(static tensor => tensor.Name))}; model.weights_map says which is which");
        }
        var share = (double)Numbers(fitting) / Numbers(here);
        var taken = string.Create(CultureInfo.InvariantCulture, $"{fitting.Count} of {here.Count} tensors, {100 * share:0.#} % of the net's numbers,");
        if (share < LeastShare && !config.WeightsPartial)
        {
            throw new SegTrainException(ExitCode.Config, $"model.weights: {file} fits in {taken} and all else would begin at random; set model.* as it was there, say in model.weights_map "
                + $"what is called otherwise, or take that little with model.weights_partial: true\nnot there: {Listed(", ", here.Except(fitting).Select(static tensor => tensor.Name))}");
        }
        using var gradients = no_grad();
        foreach (var (name, value) in fitting)
        {
            using var scope = NewDisposeScope();
            value.copy_(there[Theirs(name)].Read());
        }
        log.Information("first weights: {Taken:l} from {File:l}", taken, file);
        Say("they are of another number of classes there and begin at random", [.. differing[true].Select(static tensor => tensor.Name)]);
        Say("they are not there and begin at random", [.. here.Except(shared).Select(static tensor => tensor.Name)]);
        Say("they are there and this net has no use for them", [.. there.Keys.Except(here.Select(tensor => Theirs(tensor.Name)))]);

        string Theirs(string name) => names.GetValueOrDefault(name, name);

        void Say(string what, IReadOnlyList<string> which)
        {
            if (which.Count > 0) log.Warning("first weights: {What:l}: {Names:l}", what, Listed(", ", which));
        }
    }

    private static long Numbers(IEnumerable<(string Name, Tensor Value)> tensors) => tensors.Sum(static tensor => tensor.Value.NumberOfElements);

    private static string Listed(string separator, IEnumerable<string> lines) => lines.ToList() is var all && all.Count <= MostNamed
        ? string.Join(separator, all)
        : $"{string.Join(separator, all.Take(MostNamed))}{separator}and {all.Count - MostNamed} more";
}
