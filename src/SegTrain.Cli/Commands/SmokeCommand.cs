using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core.Repeats;

namespace SegTrain.Cli.Commands;

internal static class SmokeCommand
{
    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var results = new ResultOptions();
        var keep = new Option<bool>("--keep") { Description = "Leave the run folder, which is removed otherwise." };
        var command = new Verb("smoke", $"Train a fixed short run on the built-in set; exit with 7 unless {Smoke.Demand.Text}.")
        {
            Options = { keep },
            Examples = """
                segtrain smoke
                segtrain smoke --json --junit smoke.xml --assert 'val.iou>=0.85'
                """,
        };
        results.AddTo(command);
        command.SetAction(parse => results.Deliver(parse, [Smoke.Demand], assertions =>
        {
            var kept = parse.GetValue(keep);
            var result = Attended.Run(context, parse.GetValue(quiet),
                (fit, progress, stop) => Smoke.Run(fit, kept, assertions, context.CommandLine, progress, context.Log, stop));
            return FitReport.Of(result, assertions);
        }));
        return command;
    }
}
