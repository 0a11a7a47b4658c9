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
            var runs = Directory.CreateTempSubdirectory("segtrain-").FullName;
            try
            {
                var result = Attended.Run(context, parse.GetValue(quiet),
                    (fit, progress, stop) => fit(new(Smoke.In(runs), null, assertions, context.CommandLine), progress, context.Log, stop));
                return FitReport.Of(parse.GetValue(keep) ? result : result with { Folder = null }, assertions);
            }
            finally
            {
                if (!parse.GetValue(keep))
                    Directory.Delete(runs, recursive: true);
            }
        }));
        return command;
    }
}
