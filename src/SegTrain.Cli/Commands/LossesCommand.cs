using System.CommandLine;
using SegTrain.Cli.Options;
using SegTrain.Core;
using SegTrain.Core.Engine;
using SegTrain.Core.Files;
using SegTrain.Losses;

namespace SegTrain.Cli.Commands;

internal static class LossesCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("losses", "List the losses, show one of them, or plot some.")
        {
            Examples = """
                segtrain losses
                segtrain losses show tversky
                segtrain losses plot focal bce --out focal.svg
                segtrain fit --loss '0.5*bce + 0.5*tversky(alpha=0.3, beta=0.7)'
                """,
        };
        command.SetAction(static parse => Print(parse, LossReference.List));
        command.Subcommands.Add(List());
        command.Subcommands.Add(Show());
        command.Subcommands.Add(Plot(context));
        return command;
    }

    private static Verb List()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead." };
        var markdown = new Option<bool>("--markdown") { Description = "Print the reference of all losses as Markdown instead (docs/losses.md)." };
        var list = new Verb("list", "Print all losses, one a line.")
        {
            Options = { json, markdown },
            Examples = "segtrain losses list --json",
        };
        list.SetAction(parse => (parse.GetValue(json), parse.GetValue(markdown)) switch
        {
            (true, true) => throw new SegTrainException(ExitCode.Usage, "--json and --markdown are two forms of one list: leave one out"),
            (true, _) => Print(parse, LossJson.List),
            (_, true) => Print(parse, LossMarkdown.Page),
            _ => Print(parse, LossReference.List),
        });
        return list;
    }

    private static Verb Show()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A name from 'segtrain losses'." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead." };
        var show = new Verb("show", "Print formula, parameters, paper and use of a loss.")
        {
            Arguments = { name },
            Options = { json },
            Examples = "segtrain losses show tversky",
        };
        show.SetAction(parse =>
        {
            var loss = parse.GetRequiredValue(name);
            return Print(parse, () => parse.GetValue(json) ? LossJson.Show(loss) : LossReference.Show(loss));
        });
        return show;
    }

    private static Verb Plot(CommandContext context)
    {
        var losses = new Argument<string[]>("losses")
        {
            HelpName = "LOSS",
            Arity = ArgumentArity.OneOrMore,
            Description = "Names or expressions, one curve each.",
        };
        var over = new Option<string?>("--over")
        {
            HelpName = "PARAMETER=FROM..TO",
            Description = "Draw against a parameter, at three probabilities, instead of against the probability.",
        };
        var file = new Option<string?>("--out") { HelpName = "FILE.svg", Description = "Write the chart to this file instead of printing it." };
        var plot = new Verb("plot", "Draw losses and their gradients against the probability of the true class, as SVG.")
        {
            Arguments = { losses },
            Options = { over, file },
            Examples = """
                segtrain losses plot focal bce --out focal.svg
                segtrain losses plot 'tversky(alpha=0.3)' dice > tversky.svg
                segtrain losses plot tversky --over alpha=0..1 --out alpha.svg
                """,
        };
        plot.SetAction(parse =>
        {
            TorchEngine.Start(context.Log);
            string Drawn() => LossPlot.Svg(parse.GetRequiredValue(losses), parse.GetValue(over));
            return OutputFile.Checked("--out", parse.GetValue(file)) is { } path ? Written(path, Drawn) : Print(parse, Drawn);
        });
        return plot;
    }

    private static int Print(ParseResult parse, Func<string> text)
    {
        parse.InvocationConfiguration.Output.WriteLine(Made(text).TrimEnd('\n'));
        return (int)ExitCode.Done;
    }

    private static int Written(string path, Func<string> text)
    {
        var made = Made(text);
        OutputFile.Write("--out", path, () => AtomicFile.WriteText(path, made));
        return (int)ExitCode.Done;
    }

    private static string Made(Func<string> text)
    {
        try
        {
            return text();
        }
        catch (LossException refused)
        {
            throw new SegTrainException(ExitCode.Usage, refused.Message, refused);
        }
    }
}
