using System.CommandLine;
using System.CommandLine.Invocation;
using SegTrain.Cli.Commands;

namespace SegTrain.Cli;

/// <summary>The usual help, and below it what to type.</summary>
internal sealed class HelpWithExamples(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
{
    private const string Root =
        """
        Examples:
          segtrain fit --loss tversky
          segtrain fit --data cells/ --epochs 50 --json
          segtrain inspect cells/ --html cells.html
          segtrain export runs/cells --format onnx

        Exit codes:
          0 done   1 bug   2 usage   3 configuration   4 data   5 device or native library   6 diverged
          7 assertion failed   8 out of memory   129, 130, 143 interrupted, after saving a checkpoint

        """;

    /// <summary>Help is wanted most when the rest of the line is wrong.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.Write(parseResult.CommandResult.Command is Verb verb
            ? $"Examples:\n  {verb.Examples.ReplaceLineEndings("\n  ")}\n\n"
            : Root);
        return code;
    }
}
