using SegTrain.Core.Data;
using SegTrain.Core.Recipe;
using SegTrain.Core.Trained;
using static TorchSharp.torch;

namespace SegTrain.Core.Predict;

/// <summary>One net, or several of the same classes whose probabilities are averaged.</summary>
internal sealed class Ensemble : IDisposable
{
    private readonly IReadOnlyList<TrainedModel> _models;

    private Ensemble(IReadOnlyList<TrainedModel> models) => _models = models;

    /// <summary>Classes and threshold are the first model's.</summary>
    public ModelCard Card => _models[0].Card;

    /// <summary>The first model's.</summary>
    public string File => _models[0].File;

    /// <inheritdoc cref="File"/>
    public RunConfig Config => _models[0].Config;

    /// <summary>How images come to the size that the nets see; null: they see them as they are.</summary>
    public Resizing? Resizing => Config.Data.Resizing;

    /// <summary>What sides of tiles should be multiples of.</summary>
    public int Stride => _models.Max(static model => model.Net.OutputStride);

    /// <summary>About how much memory a pixel takes on its way through the largest of the nets, in bytes.</summary>
    public long BytesPerPixel => _models.Max(static model => PixelCost.Of(model.Config.Model, model.Card));

    public int Count => _models.Count;

    public Device Device => _models[0].Net.Parameters.Values.device;

    /// <param name="paths">Runs, groups of runs, checkpoints or model files.</param>
    /// <param name="device">Where the nets are to be.</param>
    /// <exception cref="SegTrainException">One cannot be read, or they do not answer the same question.</exception>
    public static Ensemble Open(IReadOnlyList<string> paths, Device device)
    {
        var models = new List<TrainedModel>();
        try
        {
            foreach (var file in paths.SelectMany(ModelFile.FindAll)) models.Add(TrainedModel.Open(file, device));
            foreach (var model in models) Compare(models[0], model);
            return new(models);
        }
        catch
        {
            foreach (var model in models) model.Dispose();
            throw;
        }
    }

    /// <summary>Checks, once, that this machine computes the nets rightly.</summary>
    /// <returns>What the log says of it, if there is something to say.</returns>
    public IEnumerable<string> Examine() => _models.Select(static model => model.Net.Examine()).OfType<string>().Distinct();

    /// <param name="images">(N, C, H, W), float32, as the nets see them.</param>
    /// <param name="views">Of each image.</param>
    /// <param name="width">Pixels in a row of what is asked for.</param>
    /// <param name="height">Rows of it.</param>
    /// <returns>Of (N, K, height, width), in the caller's dispose scope.</returns>
    public Scores Answer(Tensor images, Tta views, int width, int height)
    {
        using var scope = NewDisposeScope();
        if (_models.Count == 1 && views == Tta.None)
        {
            var scores = Finished(0, _models[0].Net.Infer(images));
            return scores with { Values = scores.Values.MoveToOuterDisposeScope() };
        }
        var sum = zeros([images.shape[0], Card.Outputs, height, width], device: images.device);
        var asked = from model in Enumerable.Range(0, _models.Count) from view in View.Of(views) select (model, view);
        foreach (var (model, view) in asked)
        {
            using var one = NewDisposeScope();
            sum.Plus_(Finished(model, view.Undo(_models[model].Net.Infer(view.Apply(images)))).Probabilities);
        }
        return new(sum.Times_(1.0 / asked.Count()).MoveToOuterDisposeScope(), AreLogits: false, Card.Mode);

        Scores Finished(int model, Tensor logits) => new(Resizing?.Restore(logits, width, height) ?? logits, AreLogits: true, Card.Mode, _models[model].Temperature);
    }

    private static void Compare(TrainedModel first, TrainedModel other)
    {
        string[] Differences() =>
        [
            .. first.Card.Names.SequenceEqual(other.Card.Names) && first.Card.Mode == other.Card.Mode ? [] : (string[])[$"classes {string.Join(", ", first.Card.Names)} there, {string.Join(", ", other.Card.Names)} here"],
            .. first.Card.Channels == other.Card.Channels ? [] : (string[])[$"{first.Card.Channels} channels there, {other.Card.Channels} here"],
            .. first.Config.Data.Resizing == other.Config.Data.Resizing ? [] : (string[])[$"data.resize {Text(first)} there, {Text(other)} here"],
        ];
        if (Differences() is { Length: > 0 } differences)
            throw new SegTrainException(ExitCode.Usage, $"{other.File} cannot answer together with {first.File}: {string.Join("; ", differences)}");

        static string Text(TrainedModel model) => model.Config.Data.Resizing is { } size ? $"{size.Width} x {size.Height} by {size.Fit}" : "none";
    }

    public void Dispose()
    {
        foreach (var model in _models) model.Dispose();
    }
}
