using System.CommandLine;
using SegTrain.Core;
using SegTrain.Core.Diagnosis;
using SegTrain.Core.Engine;
using SegTrain.Core.Trained;

namespace SegTrain.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create(CommandContext context)
    {
        var model = new Argument<string?>("model") { HelpName = "MODEL", Arity = ArgumentArity.ZeroOrOne, Description = "A run, a checkpoint or a model.safetensors, to show what it is instead." };
        var command = new Verb("doctor", "Show which LibTorch, devices and image library are in use, and what to do when one is missing; or what a model is.")
        {
            Arguments = { model },
            Examples = """
                segtrain doctor
                segtrain doctor runs/2026-11-21-1503-tversky
                """,
        };
        command.SetAction(parse =>
        {
            var output = parse.InvocationConfiguration.Output;
            if (parse.GetValue(model) is not { } path) return (int)(Doctor.Examine(output.WriteLine) ? ExitCode.Done : ExitCode.Device);
            TorchEngine.Start(context.Log);
            foreach (var line in ModelSheet.Lines(path)) output.WriteLine(line);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
