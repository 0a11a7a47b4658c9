using System.CommandLine;
using SegTrain.Core;
using SegTrain.Core.Text;

namespace SegTrain.Cli;

/// <summary>What is wrong with a command line, with the name that was probably meant.</summary>
internal static class UsageErrors
{
    public static SegTrainException Of(ParseResult parse)
    {
        var command = parse.CommandResult.Command;
        // The value after a mistyped option is unmatched as well, but is no mistake.
        var unknown = parse.UnmatchedTokens.OrderBy(static token => !token.StartsWith('-')).FirstOrDefault();
        var what = unknown is not null ? Unknown(unknown.Split('=')[0], command)
            : command.Subcommands.Count > 0 ? $"a command is missing: one of {string.Join(", ", Names(command))}"
            : string.Join('\n', parse.Errors.Select(static error => error.Message));
        return new(ExitCode.Usage, $"{what}\nSee '{Path(command)} --help'.");
    }

    private static string Unknown(string word, Command command)
    {
        if (!word.StartsWith('-'))
            return command.Subcommands.Count > 0
                ? $"unknown command '{word}'{Suggest.Hint(word, Names(command))}"
                : $"'{word}' is not expected here";
        var options = Chain(command).SelectMany(static owner => owner.Options);
        return $"unknown option '{word}'{Suggest.Hint(word, options.Select(static option => option.Name))}";
    }

    private static IEnumerable<string> Names(Command command) => command.Subcommands.Select(static verb => verb.Name);

    private static string Path(Command command) =>
        string.Join(' ', Chain(command).Select(static owner => owner is RootCommand ? "segtrain" : owner.Name));

    /// <summary>The command and those it stands in, the root first.</summary>
    private static IEnumerable<Command> Chain(Command command) => command.Parents.OfType<Command>().SelectMany(Chain).Append(command);
}
