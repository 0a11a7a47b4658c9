using System.Diagnostics;
using System.Runtime.InteropServices;
using SegTrain.Core.Data;
using SegTrain.Core.Engine;
using SegTrain.Core.Metrics;
using SegTrain.Core.Predict;
using SegTrain.Core.Trained;
using SegTrain.Core.Training;
using SegTrain.Losses;
using Serilog;

namespace SegTrain.Core.Evaluate;

/// <summary>A model against masks: every pixel counted once, over all of them and image by image.</summary>
internal static class EvaluateRun
{
    /// <summary>Of all pixels of all images together, as training's validation has it.</summary>
    public const string Pooled = "pooled.";

    /// <summary>The mean over images; one in which a metric has no value is left out.</summary>
    public const string Mean = "mean.";

    /// <param name="request">What to measure on what.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to end.</param>
    /// <exception cref="SegTrainException">Model or set are refused.</exception>
    public static EvaluateResult Run(EvaluateRequest request, IProgress<PredictStep> progress, ILogger log, CancellationToken stop) => Faults.Named(() =>
    {
        var clock = Stopwatch.StartNew();
        TorchEngine.Start(log);
        using var amendment = request.ChoosesThreshold ? ModelAmendment.Begin(ThresholdHistogram.ModelOf(request)) : null;
        using var ensemble = Ensemble.Open(request.Models, ComputeDevice.Choose(request.Device));
        var (card, config) = (ensemble.Card, ensemble.Config);
        Assertion.CheckNames(request.Assertions, Names(card.Names));
        var set = EvaluationSet.Open(card, config, request.Data, request.Split, new ScanProgress(log));
        foreach (var finding in ensemble.Examine()) log.Information("{Finding:l}", finding);
        log.Information("{Images} images of {Set:l}, {Split:l}", set.Samples.Count, request.Data ?? config.Data.Path ?? "the built-in set", EvaluationSet.Word(request.Split));

        var threshold = request.ChoosesThreshold ? BestThreshold(ensemble, set, request.Tta, progress, stop) : request.Threshold ?? card.Threshold;
        if (amendment is not null)
        {
            amendment.Keep(card with { Threshold = threshold });
            log.Information("the threshold with the best Dice is {Threshold}; {File:l} has it from now on, in place of {Before}", threshold, ensemble.File, card.Threshold);
        }
        var loss = LossOf(request, ensemble, set);
        var (images, lossSum) = (new List<ImageResult>(), 0.0);
        set.ForEach(ensemble.Device, progress, (batch, tensors) =>
        {
            var scores = ensemble.Answer(tensors.Images, request.Tta, batch.TargetWidth, batch.TargetHeight);
            var classes = scores.Classes(threshold);
            if (loss is not null) lossSum += loss.Compute(scores.Values, tensors.Targets, Math.Max(0, card.Epoch - 1)).item<float>() * batch.Count;
            for (var i = 0; i < batch.Count; i++)
            {
                using var counter = new SegmentationCounter(card.Mode, card.Classes.Length, ClassList.Ignore, ensemble.Device);
                counter.AddClasses(classes.narrow(0, i, 1), tensors.Targets.narrow(0, i, 1));
                images.Add(new(batch.Names[i], counter.Read()));
            }
        }, stop);
        return new EvaluateResult(images, Metrics(images, card.Names, loss is null ? null : lossSum / images.Count), card.Names, threshold, request.ChoosesThreshold, clock.Elapsed);
    });

    /// <summary>The names of all metrics that a result may have.</summary>
    public static IReadOnlyList<string> Names(IReadOnlyList<string> classes) =>
        [$"{Pooled}loss", .. MetricCatalog.Evaluate(PixelCounts.Of(SegmentationMode.Multiclass, classes.Count), classes).SelectMany(static metric => (string[])[Pooled + metric.Name, Mean + metric.Name])];

    private static Dictionary<string, double> Metrics(List<ImageResult> images, IReadOnlyList<string> names, double? loss)
    {
        var all = PixelCounts.Of(images[0].Counts.Mode, names.Count);
        foreach (var image in images) all.Add(image.Counts.Cells);
        var metrics = new Dictionary<string, double>();
        if (loss is { } value) metrics.Add($"{Pooled}loss", value);
        foreach (var metric in MetricCatalog.Evaluate(all, names)) metrics.Add(Pooled + metric.Name, metric.Value);
        foreach (var same in images.SelectMany(image => MetricCatalog.Evaluate(image.Counts, names)).GroupBy(static metric => metric.Name, static metric => metric.Value))
            metrics.Add(Mean + same.Key, same.Where(static number => !double.IsNaN(number)).DefaultIfEmpty(double.NaN).Average());
        return metrics;
    }

    private static double BestThreshold(Ensemble ensemble, EvaluationSet set, Tta tta, IProgress<PredictStep> progress, CancellationToken stop)
    {
        var histogram = new ThresholdHistogram(ensemble.Card.Outputs);
        set.ForEach(ensemble.Device, progress, (batch, tensors) =>
        {
            var probabilities = ensemble.Answer(tensors.Images, tta, batch.TargetWidth, batch.TargetHeight).Probabilities.cpu().contiguous();
            histogram.Add(MemoryMarshal.Cast<byte, float>(probabilities.bytes), batch.Targets, batch.TargetWidth * batch.TargetHeight);
        }, stop);
        return histogram.Best;
    }

    // Only where it is what training's validation computes: one model, one view, the pairs and weights of its own run, and no maps to be made for it.
    private static Loss? LossOf(EvaluateRequest request, Ensemble ensemble, EvaluationSet set)
    {
        var expression = LossExpression.Parse(ensemble.Config.Loss);
        if (set.TrainingPixels is null || ensemble.Count > 1 || request.Tta != Tta.None || ensemble.Card.Temperatures.Length > 0) return null;
        var card = ensemble.Card;
        var loss = expression.Build(new(card.Mode, card.Classes.Length, ClassList.Ignore) { PixelCounts = expression.NeedsPixelCounts ? set.TrainingPixels() : null });
        return loss.Distances is null ? loss : null;
    }
}

/// <summary>What <c>segtrain evaluate</c> asks for.</summary>
/// <param name="Models">Runs, groups, checkpoints or files.</param>
/// <param name="Data">A set; null for that of the model's run.</param>
/// <param name="Split">Which of its pairs.</param>
/// <param name="Tta">Views of each image.</param>
/// <param name="Threshold">In place of the model's.</param>
/// <param name="ChoosesThreshold">Takes the threshold with the best Dice and keeps it in the model.</param>
/// <param name="Device">auto, cpu, cuda or cuda:N.</param>
/// <param name="Assertions">Demands whose names are checked before anything is computed.</param>
internal sealed record EvaluateRequest(
    IReadOnlyList<string> Models, string? Data, EvaluationSplit Split, Tta Tta, double? Threshold, bool ChoosesThreshold, string Device, IReadOnlyList<Assertion> Assertions);

/// <param name="Images">In the order of the set.</param>
/// <param name="Metrics">By name, under <see cref="EvaluateRun.Pooled"/> and <see cref="EvaluateRun.Mean"/>; NaN where there is none.</param>
/// <param name="Classes">Their names.</param>
/// <param name="Threshold">That was used.</param>
/// <param name="IsChosen">Whether it was chosen here, and kept in the model.</param>
/// <param name="Elapsed">Time that it took.</param>
internal sealed record EvaluateResult(IReadOnlyList<ImageResult> Images, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<string> Classes, double Threshold, bool IsChosen, TimeSpan Elapsed);
