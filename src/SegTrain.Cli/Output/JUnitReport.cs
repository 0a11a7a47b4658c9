using System.Globalization;
using System.Text;
using System.Xml;
using SegTrain.Core;
using SegTrain.Core.Files;

namespace SegTrain.Cli.Output;

/// <summary>A result as JUnit XML, which CI servers show: a test case for the run itself, and one for each demand.</summary>
/// <remarks>The elements and attributes that the schema of Jenkins' xUnit plugin and the readers of GitLab and GitHub have in common.</remarks>
internal static class JUnitReport
{
    /// <param name="file">Replaced as a whole.</param>
    /// <param name="suite">The verb.</param>
    /// <param name="checks">Demands and how they ended; where the run failed they count as skipped.</param>
    /// <param name="error">What ended the run; null when it came to its end.</param>
    /// <param name="elapsed">Of the run.</param>
    public static void Write(string file, string suite, IReadOnlyList<Check> checks, Exception? error, TimeSpan elapsed) =>
        AtomicFile.Write(file, stream =>
        {
            using var xml = XmlWriter.Create(stream, new() { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) });
            var seconds = elapsed.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            Attributes(xml, ("name", suite), ("tests", $"{checks.Count + 1}"), ("time", seconds), ("errors", "0"),
                ("failures", $"{(error is null ? checks.Count(static check => check.Failure is not null) : 1)}"),
                ("skipped", $"{(error is null ? 0 : checks.Count)}"));
            Case(xml, suite, "run", seconds, () =>
            {
                if (error is not null)
                    Failure(xml, error.Message, $"exit code {(int)CodeOf(error)}");
            });
            foreach (var check in checks)
            {
                Case(xml, suite, check.Name, "0", () =>
                {
                    if (error is not null)
                        xml.WriteElementString("skipped", null);
                    else if (check.Failure is { } failure)
                        Failure(xml, failure, $"exit code {(int)ExitCode.Assertion}");
                });
            }
            xml.WriteEndElement();
            xml.WriteEndElement();
        });

    private static ExitCode CodeOf(Exception error) => error is SegTrainException known ? known.Code : ExitCode.Bug;

    private static void Case(XmlWriter xml, string suite, string name, string seconds, Action content)
    {
        xml.WriteStartElement("testcase");
        Attributes(xml, ("classname", suite), ("name", name), ("time", seconds));
        content();
        xml.WriteEndElement();
    }

    private static void Failure(XmlWriter xml, string message, string type)
    {
        xml.WriteStartElement("failure");
        Attributes(xml, ("message", message), ("type", type));
        xml.WriteString(Clean(message));
        xml.WriteEndElement();
    }

    private static void Attributes(XmlWriter xml, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
            xml.WriteAttributeString(name, Clean(value));
    }

    /// <summary>XML has no place for most control characters, not even escaped; a file name may hold them.</summary>
    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(static rune => rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? "\uFFFD" : rune.ToString()));
}
