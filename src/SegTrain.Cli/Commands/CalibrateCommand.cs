using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Calibrate;

namespace SegTrain.Cli.Commands;

internal static class CalibrateCommand
{
    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var model = new Argument<string>("model") { HelpName = "RUN|MODEL", Description = "A run, whose best checkpoint is meant; a checkpoint; or a model.safetensors." };
        var each = new Option<bool>("--per-class") { Description = "A temperature for each label, where labels overlap." };
        var device = ModelOptions.DeviceOption();
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object (docs/events.md)." };
        var command = new Verb("calibrate", "Make a model's probabilities believable by a temperature, fitted to its validation images and kept in the model.")
        {
            Arguments = { model },
            Options = { each, device, json },
            Examples = """
                segtrain calibrate runs/2026-11-21-1503-tversky
                segtrain calibrate runs/labels --per-class
                """,
        };
        command.SetAction(parse => Stoppable.Run(context, "Stopping, the model stays as it was; Ctrl-C again stops at once.", stop =>
        {
            var request = new CalibrateRequest(parse.GetRequiredValue(model), parse.GetValue(each), parse.GetValue(device)!);
            var result = CalibrateRun.Run(request, new PredictView(context.Terminal, context.Status, parse.GetValue(quiet), TimeProvider.System), context.Log, stop);
            context.Status.Show("");
            parse.InvocationConfiguration.Output.Write(parse.GetValue(json) ? CalibrateReport.Json(result) + "\n" : CalibrateReport.Text(result));
            return (int)ExitCode.Done;
        }));
        return command;
    }
}
