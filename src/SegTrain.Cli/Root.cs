using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SegTrain.Cli.Commands;

namespace SegTrain.Cli;

/// <summary>All verbs, and the options that all of them take.</summary>
internal sealed class Root
{
    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Recursive = true, Description = "Show details in the log." };

    public Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Recursive = true,
        Description = "Show only warnings, errors and the result.",
    };

    public RootCommand Command { get; }

    public Root(CommandContext context)
    {
        Command = new("Trains 2-D image segmentation: point it at images and masks, name a loss.") { Verbose, Quiet };
        Command.HelpName = "segtrain";
        Command.Subcommands.Add(FitCommand.Create(context, Quiet));
        Command.Subcommands.Add(EvaluateCommand.Create(context, Quiet));
        Command.Subcommands.Add(CalibrateCommand.Create(context, Quiet));
        Command.Subcommands.Add(PredictCommand.Create(context, Quiet));
        Command.Subcommands.Add(SmokeCommand.Create(context, Quiet));
        Command.Subcommands.Add(InspectCommand.Create(context, Quiet));
        Command.Subcommands.Add(ExportCommand.Create(context));
        Command.Subcommands.Add(LossesCommand.Create(context));
        Command.Subcommands.Add(ConfigCommand.Create());
        Command.Subcommands.Add(DoctorCommand.Create(context));
        foreach (var help in Command.Options.OfType<HelpOption>())
            help.Action = new HelpWithExamples((SynchronousCommandLineAction)help.Action!);
    }
}
