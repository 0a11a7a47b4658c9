using System.Globalization;
using System.Text.RegularExpressions;
using SegTrain.Core.Config;
using SegTrain.Core.Text;

namespace SegTrain.Core.Metrics;

/// <summary>
/// A demand on the final metrics, such as <c>val.dice>=0.9</c> or <c>val.iou[road]>0.5</c>: METRIC OP NUMBER with OP one of >= > &lt;= &lt; ==.
/// </summary>
internal sealed partial record Assertion(string Text, string Metric, string Operator, double Number)
{
    /// <exception cref="SegTrainException"><see cref="ExitCode.Usage"/> when the text is none.</exception>
    public static Assertion Parse(string text)
    {
        var match = Grammar().Match(text);
        if (!match.Success)
            throw Refused(text, "expected METRIC OP NUMBER with OP one of >=, >, <=, <, ==, "
                + "such as 'val.dice>=0.9' or 'val.iou[road]>0.5'");
        var digits = match.Groups["number"].Value;
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            throw Refused(text, $"'{digits}' is not a number");
        return new(text, match.Groups["metric"].Value, match.Groups["operator"].Value, number);
    }

    /// <summary>Refuses metrics that the run will not have, before it starts.</summary>
    /// <param name="assertions">What was demanded.</param>
    /// <param name="metrics">The names that the run will report, per class too.</param>
    /// <exception cref="SegTrainException"><see cref="ExitCode.Usage"/> naming each unknown metric and the nearest one.</exception>
    public static void CheckNames(IReadOnlyList<Assertion> assertions, IReadOnlyCollection<string> metrics)
    {
        var unknown = assertions.Where(assertion => !metrics.Contains(assertion.Metric)).ToList();
        if (unknown.Count > 0)
            throw new SegTrainException(ExitCode.Usage, string.Join('\n', unknown.Select(assertion =>
                $"--assert '{assertion.Text}': this run has no metric '{assertion.Metric}'{Instead(assertion.Metric)}")));

        string Instead(string metric) => Suggest.Nearest(metric, metrics) is { } near ? Suggest.Hint(near) : $"; it has {string.Join(", ", metrics)}";
    }

    /// <summary>What is wanted and what was got, when that differs; null when the demand is met. A metric that is absent or NaN meets none.</summary>
    public string? Failure(IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(Metric, out var got))
            return $"{Text}: the run has no '{Metric}'{Suggest.Hint(Metric, metrics.Keys)}";
        var met = Operator switch
        {
            ">=" => got >= Number,
            ">" => got > Number,
            "<=" => got <= Number,
            "<" => got < Number,
            _ => got == Number,
        };
        return met ? null : $"wanted {Metric} {Operator} {YamlText.Number(Number)}, "
            + $"got {(double.IsNaN(got) ? "no value" : YamlText.Number(got))}";
    }

    private static SegTrainException Refused(string text, string why) => new(ExitCode.Usage, $"--assert '{text}': {why}");

    [GeneratedRegex(@"\A\s*(?<metric>[a-z]\w*(\.\w+)*(\[.+\])?)\s*(?<operator>>=|<=|==|>|<)\s*(?<number>[^\s<>=]+)\s*\z")]
    private static partial Regex Grammar();
}
