using System.CommandLine;
using SegTrain.Core;
using SegTrain.Losses;

namespace SegTrain.Cli.Commands;

internal static class LossesCommand
{
    public static Command Create()
    {
        var command = new Verb("losses", "List the losses, or show one of them.")
        {
            Examples = """
                segtrain losses
                segtrain losses show tversky
                segtrain fit --loss '0.5*bce + 0.5*tversky(alpha=0.3, beta=0.7)'
                """,
        };
        command.SetAction(static parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(LossReference.List());
            return 0;
        });
        command.Subcommands.Add(Show());
        return command;
    }

    private static Verb Show()
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A name from 'segtrain losses'." };
        var show = new Verb("show", "Print formula, parameters, paper and use of a loss.")
        {
            Arguments = { name },
            Examples = "segtrain losses show tversky",
        };
        show.SetAction(parse =>
        {
            try
            {
                parse.InvocationConfiguration.Output.WriteLine(LossReference.Show(parse.GetRequiredValue(name)));
            }
            catch (LossException unknown)
            {
                throw new SegTrainException(ExitCode.Usage, unknown.Message, unknown);
            }
            return 0;
        });
        return show;
    }
}
