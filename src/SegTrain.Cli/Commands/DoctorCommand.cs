using System.CommandLine;
using SegTrain.Core;
using SegTrain.Core.Diagnosis;

namespace SegTrain.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Verb("doctor", "Show which LibTorch, devices and image library are in use, and what to do when one is missing.")
        {
            Examples = "segtrain doctor",
        };
        command.SetAction(static parse => (int)(Doctor.Examine(parse.InvocationConfiguration.Output.WriteLine) ? ExitCode.Done : ExitCode.Device));
        return command;
    }
}
