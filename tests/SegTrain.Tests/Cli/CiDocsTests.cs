using System.Text.RegularExpressions;
using SegTrain.Cli;
using SegTrain.Cli.Output;
using SegTrain.Core.Metrics;
using SegTrain.Tests.Support;
using Serilog.Core;

namespace SegTrain.Tests.Cli;

public sealed partial class CiDocsTests
{
    [Fact]
    public void Every_command_of_docs_ci_md_is_one()
    {
        var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null };
        using var log = new RunLogFile();
        var root = new Root(new(terminal, new StatusLine(terminal), Logger.None, log, "", static (_, _, _, _) => SegTrainProgram.Result, static (_, _) => new("", []))).Command;
        var lines = Command().Matches(File.ReadAllText(Repository.File("docs/ci.md"))).Select(static match => match.Groups["arguments"].Value.Trim()).ToList();
        Assert.InRange(lines.Count, 7, 20);
        Assert.All(lines, line =>
        {
            var words = Word().Matches(line).Select(static match => match.Value.Trim('\'')).ToArray();
            Assert.Empty(root.Parse(words).Errors);
            foreach (var (_, value) in words.Zip(words.Skip(1)).Where(static pair => pair.First == "--assert"))
                Assert.Equal(value, Assertion.Parse(value).Text);
        });
        Assert.Contains(lines, static line => line.StartsWith("smoke --junit", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(\s*- run: )?\./segtrain (?<arguments>.+)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
