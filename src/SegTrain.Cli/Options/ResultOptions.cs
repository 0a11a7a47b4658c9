using System.CommandLine;
using System.Diagnostics;
using SegTrain.Cli.Output;
using SegTrain.Core;
using SegTrain.Core.Metrics;

namespace SegTrain.Cli.Options;

/// <summary>How a verb that trains hands over its result: text or JSON, demands, and a file for CI servers.</summary>
internal sealed class ResultOptions
{
    private readonly Option<string[]> _assert = new("--assert")
    {
        HelpName = "CONDITION",
        Description = "Exit with 7 unless a final metric, of several runs its mean, is as demanded, as in 'val.dice>=0.9' (>=, >, <=, <, ==). Repeatable.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the result as one JSON object (docs/events.md)." };

    private readonly Option<string?> _junit = new("--junit")
    {
        HelpName = "FILE",
        Description = "Write JUnit XML for a CI server: a test case for the run and one for each demand.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _assert, _json, _junit })
            command.Options.Add(option);
    }

    /// <summary>Whether <c>--assert</c> was given.</summary>
    public bool Demands(ParseResult parse) => parse.GetValue(_assert) is { Length: > 0 };

    /// <summary>Runs, writes the JUnit file, also of a run that fails, prints the result, and checks the demands.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="always">Demanded besides what <c>--assert</c> says.</param>
    /// <param name="run">Trains; gets all demands.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="SegTrainException">A demand is not met or the result cannot be written, besides whatever the run throws.</exception>
    public int Deliver(ParseResult parse, IEnumerable<Assertion> always, Func<IReadOnlyList<Assertion>, Outcome> run)
    {
        IReadOnlyList<Assertion> assertions = [.. always, .. (parse.GetValue(_assert) ?? []).Select(Assertion.Parse)];
        var junit = OutputFile.Checked("--junit", parse.GetValue(_junit));
        var suite = $"segtrain {parse.CommandResult.Command.Name}";
        var clock = Stopwatch.StartNew();
        Outcome outcome;
        try
        {
            outcome = run(assertions);
        }
        catch (Exception error) when (junit is not null)
        {
            // What ended the run matters more than where it cannot be written.
            if (Refused(() => WriteJUnit([.. assertions.Select(static assertion => new Check(assertion.Text, null))], error)) is { } unwritten
                && error is SegTrainException known)
                throw new SegTrainException(known.Code, $"{known.Message}\n{unwritten.Message}", known);
            throw;
        }

        SegTrainException?[] refused =
        [
            Refused(() => WriteJUnit(outcome.Checks, null)),
            Refused(() => parse.InvocationConfiguration.Output.Write(parse.GetValue(_json) ? outcome.Json + "\n" : outcome.Text)),
        ];
        SegTrainException[] failures =
        [
            .. outcome.Checks.Select(static check => check.Failure).OfType<string>().Select(static failure => new SegTrainException(ExitCode.Assertion, $"assertion failed: {failure}")),
            .. refused.OfType<SegTrainException>(),
        ];
        return failures is [] ? (int)ExitCode.Done : throw new SegTrainException(failures[0].Code, string.Join('\n', failures.Select(static failure => failure.Message)));

        void WriteJUnit(IReadOnlyList<Check> checks, Exception? error)
        {
            if (junit is not null)
                OutputFile.Write("--junit", junit, () => JUnitReport.Write(junit, suite, checks, error, clock.Elapsed));
        }

        static SegTrainException? Refused(Action write)
        {
            try
            {
                write();
                return null;
            }
            catch (SegTrainException unwritten)
            {
                return unwritten;
            }
        }
    }
}
