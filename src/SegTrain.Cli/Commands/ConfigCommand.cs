using System.CommandLine;
using SegTrain.Core.Recipe;

namespace SegTrain.Cli.Commands;

internal static class ConfigCommand
{
    public static Command Create()
    {
        var markdown = new Option<bool>("--markdown")
        {
            Description = "Print the reference of all keys as Markdown instead (docs/config.md).",
        };
        var command = new Verb("config", "Print a configuration file with every key, its default and its meaning.")
        {
            Options = { markdown },
            Examples = """
                segtrain config > run.yaml
                segtrain fit --config run.yaml
                """,
        };
        command.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.Write(parse.GetValue(markdown) ? ConfigReference.Markdown() : ConfigReference.Yaml());
            return 0;
        });
        return command;
    }
}
