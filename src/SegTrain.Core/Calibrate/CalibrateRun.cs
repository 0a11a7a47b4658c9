using System.Diagnostics;
using System.Runtime.InteropServices;
using SegTrain.Core.Engine;
using SegTrain.Core.Evaluate;
using SegTrain.Core.Predict;
using SegTrain.Core.Trained;
using SegTrain.Core.Training;
using SegTrain.Losses;
using Serilog;

namespace SegTrain.Core.Calibrate;

/// <summary>Makes a model's probabilities believable: finds the temperatures on the validation images of its run, and keeps them in its file.</summary>
internal static class CalibrateRun
{
    /// <param name="request">Which model.</param>
    /// <param name="progress">Told after each batch of both passes.</param>
    /// <param name="log">Lines for people.</param>
    /// <param name="stop">Asks to end.</param>
    /// <exception cref="SegTrainException">Model or set are refused.</exception>
    /// <exception cref="OperationCanceledException">It was stopped, and the model is as it was.</exception>
    public static CalibrateResult Run(CalibrateRequest request, IProgress<PredictStep> progress, ILogger log, CancellationToken stop) => Faults.Named(() =>
    {
        var clock = Stopwatch.StartNew();
        TorchEngine.Start(log);
        var file = ModelFile.One([request.Model], "calibrate");
        using var amendment = ModelAmendment.Begin(file);
        using var model = TrainedModel.Open(file, ComputeDevice.Choose(request.Device));
        var card = model.Card;
        if (request.PerClass && card.Mode == SegmentationMode.Multiclass)
        {
            throw new SegTrainException(ExitCode.Usage, $"--per-class: {string.Join(", ", card.Names)} exclude each other, and a temperature for each could make another class the "
                + "likeliest; leave it out: it is for labels that overlap");
        }
        var set = EvaluationSet.Open(card, model.Config, null, EvaluationSplit.Val, new ScanProgress(log));
        if (model.Net.Examine() is { } finding) log.Information("{Finding:l}", finding);

        var (sample, before) = (new PixelSample(card.Mode, card.Outputs, set.Samples.Count, model.Config.Train.Seed), new Reliability(card.Mode, card.Outputs, [1]));
        Look((logits, targets) =>
        {
            before.Add(logits, targets);
            sample.Add(logits, targets);
        });
        if (before.Answers == 0) throw new SegTrainException(ExitCode.Data, "no pixel of the validation images has a class: all are ignored");
        double[] temperatures = request.PerClass ? [.. sample.Columns.Select(static column => TemperatureFit.Of(column))] : [TemperatureFit.Of(sample.Columns)];
        log.Information("temperatures are fitted to {Pixels} pixels of {Images} images, drawn by seed {Seed}", sample.Pixels, set.Samples.Count, model.Config.Train.Seed);
        if (temperatures.Any(static found => found is TemperatureFit.Least or TemperatureFit.Most))
            log.Warning("a temperature ends at the bound of {Least} to {Most}: these pixels are all right, all wrong or of one answer, and too few to calibrate by", TemperatureFit.Least, TemperatureFit.Most);
        var after = new Reliability(card.Mode, card.Outputs, temperatures);
        Look(after.Add);

        var threshold = Carried(card, temperatures);
        if (threshold is null) log.Warning("the threshold {Threshold} was chosen at other temperatures: choose it anew with evaluate --threshold auto", card.Threshold);
        amendment.Keep(card with { Temperatures = temperatures, Threshold = threshold ?? card.Threshold });
        return new CalibrateResult(file, temperatures, card.Names, before, after, set.Samples.Count, clock.Elapsed);

        void Look(SetLook look) => set.ForEach(model.Net.Parameters.Values.device, progress, (batch, tensors) =>
        {
            var logits = model.Net.Infer(tensors.Images);
            logits = (model.Config.Data.Resizing?.Restore(logits, batch.TargetWidth, batch.TargetHeight) ?? logits).cpu().contiguous();
            var (planes, targets) = (logits.NumberOfElements / batch.Count, batch.Targets.Length / batch.Count);
            for (var i = 0; i < batch.Count; i++) look(MemoryMarshal.Cast<byte, float>(logits.bytes).Slice(i * (int)planes, (int)planes), batch.Targets.AsSpan(i * targets, targets));
        }, stop);
    });

    /// <summary>The probability that the logit at the old threshold has by the new temperature, so that no mask changes; null where labels would need one each.</summary>
    public static double? Carried(ModelCard card, double[] temperatures)
    {
        if (card.Threshold == 0.5 || card.Mode == SegmentationMode.Multiclass) return card.Threshold;
        if (temperatures.Length > 1 || card.Temperatures.Length > 1) return null;
        var logit = Math.Log(card.Threshold / (1 - card.Threshold)) * card.Temperatures.FirstOrDefault(1);
        return 1 / (1 + Math.Exp(-logit / temperatures[0])) is > 0 and < 1 and var carried ? carried : null;
    }

    private delegate void SetLook(ReadOnlySpan<float> logits, ReadOnlySpan<byte> targets);
}

/// <param name="Model">A run, a checkpoint or a file.</param>
/// <param name="PerClass">One temperature a label.</param>
/// <param name="Device">auto, cpu, cuda or cuda:N.</param>
internal sealed record CalibrateRequest(string Model, bool PerClass, string Device);

/// <param name="File">That has the temperatures now.</param>
/// <param name="Temperatures">One, or one a label.</param>
/// <param name="Classes">Their names.</param>
/// <param name="Before">At temperature 1, whatever an earlier calibration found.</param>
/// <param name="After">With the temperatures.</param>
/// <param name="Images">That were looked at.</param>
/// <param name="Elapsed">Time that it took.</param>
internal sealed record CalibrateResult(string File, IReadOnlyList<double> Temperatures, IReadOnlyList<string> Classes, Reliability Before, Reliability After, int Images, TimeSpan Elapsed);
