using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Augment;
using SegTrain.Core.Inspect;
using SegTrain.Core.Recipe;

namespace SegTrain.Cli.Commands;

/// <remarks>No signals are handled: nothing is lost when Ctrl-C ends the process at once.</remarks>
internal static class InspectCommand
{
    public static Command Create(CommandContext context, Option<bool> quiet)
    {
        var data = new Argument<string?>("data")
        {
            HelpName = "DATA",
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A folder or CSV manifest of images and masks; may be left out where the configuration has data.path.",
        };
        var config = new ConfigOptions("train.seed");
        var json = new Option<bool>("--json") { Description = "Print all that was found as one JSON object (docs/inspect.md)." };
        var html = new Option<string?>("--html") { HelpName = "FILE", Description = "Write a page with pictures of images under their masks." };
        var augment = new Option<string?>("--augment")
        {
            HelpName = "FILE.png",
            Description = "Draw training images as training gets them, cropped and augmented, with their classes.",
        };
        var command = new Verb("inspect", "Look through images and masks as fit would, say what is wrong, and propose a configuration.")
        {
            Arguments = { data },
            Options = { json, html, augment },
            Examples = """
                segtrain inspect cells/
                segtrain inspect cells/ --html cells.html
                segtrain inspect cells/ --set augment.preset=medium --augment sheet.png
                segtrain inspect cells/ --config run.yaml --set 'data.ignore=[255]' --json
                """,
        };
        config.AddTo(command);
        command.SetAction(parse =>
        {
            var page = OutputFile.Checked("--html", parse.GetValue(html));
            var sheet = OutputFile.Checked("--augment", parse.GetValue(augment));
            var sources = config.Sources(parse, context.Terminal.Environment);
            if (parse.GetValue(data) is { } path)
                sources = sources with { Options = [.. sources.Options, new("DATA", "data.path", path)] };
            var run = EffectiveConfig.Load(sources).Run;
            if (string.IsNullOrEmpty(run.Data.Path))
                throw new SegTrainException(ExitCode.Usage, "which data set? Name its folder or manifest, as in: segtrain inspect cells/");
            var found = Inspector.Run(run, new InspectView(context.Status, parse.GetValue(quiet), context.Terminal, TimeProvider.System));
            context.Status.Show("");
            parse.InvocationConfiguration.Output.Write(parse.GetValue(json) ? found.Report.ToJson() + "\n" : InspectReport.Text(found.Report));
            if (page is not null)
                OutputFile.Write("--html", page, () => InspectionPage.Write(page, found));
            var refused = found.Report.Verdict == Verdict.Refused;
            if (sheet is not null && !refused)
                OutputFile.Write("--augment", sheet, () => AugmentationSheet.Write(sheet, Dataset.Open(run.Loading), run.Loading));
            else if (sheet is not null)
                context.Status.WriteLine($"--augment {sheet}: not drawn, because training would be refused");
            return (int)(refused ? ExitCode.Data : ExitCode.Done);
        });
        return command;
    }
}
