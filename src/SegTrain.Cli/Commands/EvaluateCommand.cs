using System.CommandLine;
using System.Globalization;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core.Evaluate;
using SegTrain.Core.Files;
using SegTrain.Core.Predict;

namespace SegTrain.Cli.Commands;

internal static class EvaluateCommand
{
    private const string Auto = "auto";

    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var results = new ResultOptions();
        var model = new Argument<string>("MODEL") { Description = "A run, a group of runs, a checkpoint or a model.safetensors." };
        var data = new Option<string?>("--data") { HelpName = "PATH", Description = "Another set than the run's, with masks of the same values." };
        var split = new Option<EvaluationSplit?>("--split") { HelpName = "SPLIT", Description = "val, train, test or all; by default val, of another set all." };
        var with = new Option<string[]>("--with") { HelpName = "MODEL", AllowMultipleArgumentsPerToken = false, Description = "Another model whose probabilities are averaged with the first one's. Repeatable." };
        var tta = new Option<Tta>("--tta") { HelpName = "VIEWS", Description = "flips: average over 4 mirrored views; turns: over 8, turned ones among them." };
        var threshold = new Option<string?>("--threshold")
        {
            HelpName = "P|auto",
            Description = "Probability from which on a pixel is of the positive class, or of a label; by default the model's. auto: that with the best Dice on the run's validation images, kept in the model.",
        };
        var table = new Option<string?>("--csv") { HelpName = "FILE", Description = "Write a row an image: all metrics, and the classes that were missed whole or invented." };
        var device = new Option<string>("--device") { HelpName = "DEVICE", DefaultValueFactory = static _ => "auto", Description = "auto, cpu, cuda or cuda:N." };
        threshold.Validators.Add(static result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && text != Auto && Number(text) is not (> 0 and < 1)) result.AddError("--threshold: must be between 0 and 1, or auto");
        });
        var command = new Verb("evaluate", "Measure a trained model against masks, over all pixels and image by image.")
        {
            Arguments = { model },
            Options = { data, split, with, tta, threshold, table, device },
            Examples = """
                segtrain evaluate runs/2026-11-21-1503-tversky
                segtrain evaluate runs/2026-11-21-1503-tversky --split test --csv images.csv --tta flips
                segtrain evaluate runs/2026-11-21-1503-tversky --threshold auto      keeps it in the model
                segtrain evaluate model.safetensors --data other-cells/ --json --assert 'pooled.dice>=0.9'
                """,
        };
        results.AddTo(command);
        command.SetAction(parse => results.Deliver(parse, [], assertions => Stoppable.Run(context, "Stopping; Ctrl-C again stops at once.", stop =>
        {
            var file = OutputFile.Checked("--csv", parse.GetValue(table));
            var set = parse.GetValue(data);
            var request = new EvaluateRequest([parse.GetValue(model)!, .. parse.GetValue(with) ?? []], set, parse.GetValue(split) ?? (set is null ? EvaluationSplit.Val : EvaluationSplit.All),
                parse.GetValue(tta), Number(parse.GetValue(threshold)), parse.GetValue(threshold) == Auto, parse.GetValue(device)!, assertions);
            var result = EvaluateRun.Run(request, new PredictView(context.Terminal, context.Status, parse.GetValue(quiet), TimeProvider.System), context.Log, stop);
            if (file is not null) OutputFile.Write("--csv", file, () => AtomicFile.WriteText(file, ImageResult.Csv(result.Images, result.Classes)));
            return EvaluateReport.Of(result, assertions);
        })));
        return command;
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
