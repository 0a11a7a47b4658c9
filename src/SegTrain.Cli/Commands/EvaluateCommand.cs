using System.CommandLine;
using System.Globalization;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core.Evaluate;
using SegTrain.Core.Files;

namespace SegTrain.Cli.Commands;

internal static class EvaluateCommand
{
    private const string Auto = "auto";

    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var (models, results) = (new ModelOptions(), new ResultOptions());
        var data = new Option<string?>("--data") { HelpName = "PATH", Description = "Another set than the run's, with masks of the same values." };
        var split = new Option<EvaluationSplit?>("--split") { HelpName = "SPLIT", Description = "val, train, test or all; by default val, of another set all." };
        var threshold = new Option<string?>("--threshold")
        {
            HelpName = "P|auto",
            Description = "Probability from which on a pixel is of the positive class, or of a label; by default the model's. auto: that with the best Dice on the run's validation images, kept in the model.",
        };
        var table = new Option<string?>("--csv") { HelpName = "FILE", Description = "Write a row an image: all metrics, and the classes that were missed whole or invented." };
        threshold.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && text != Auto && Number(text) is not (> 0 and < 1)) result.AddError("--threshold: must be between 0 and 1, or auto");
        });
        var command = new Verb("evaluate", "Measure a trained model against masks, over all pixels and image by image.")
        {
            Options = { data, split, threshold, table },
            Examples = """
                segtrain evaluate runs/2026-11-21-1503-tversky
                segtrain evaluate runs/2026-11-21-1503-tversky --split test --csv images.csv --tta flips
                segtrain evaluate runs/2026-11-21-1503-tversky --threshold auto      keeps it in the model
                segtrain evaluate model.safetensors --data other-cells/ --json --assert 'pooled.dice>=0.9'
                """,
        };
        models.AddTo(command);
        results.AddTo(command);
        command.SetAction(parse => results.Deliver(parse, [], assertions => Stoppable.Run(context, "Stopping; Ctrl-C again stops at once.", stop =>
        {
            var file = OutputFile.Checked("--csv", parse.GetValue(table));
            var set = parse.GetValue(data);
            var request = new EvaluateRequest(models.Models(parse), set, parse.GetValue(split) ?? (set is null ? EvaluationSplit.Val : EvaluationSplit.All),
                models.Views(parse), Number(parse.GetValue(threshold)), parse.GetValue(threshold) == Auto, models.Device(parse), assertions);
            var result = EvaluateRun.Run(request, new PredictView(context.Terminal, context.Status, parse.GetValue(quiet), TimeProvider.System), context.Log, stop);
            if (file is not null) OutputFile.Write("--csv", file, () => AtomicFile.WriteText(file, ImageResult.Csv(result.Images, result.Classes)));
            return EvaluateReport.Of(result, assertions);
        })));
        return command;
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
