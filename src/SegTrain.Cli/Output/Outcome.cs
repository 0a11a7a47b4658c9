using SegTrain.Core.Metrics;


namespace SegTrain.Cli.Output;

/// <summary>What a verb that trains has to say at its end.</summary>
/// <param name="Text">For people.</param>
/// <param name="Json">One object for programs.</param>
/// <param name="Checks">What was demanded.</param>
internal sealed record Outcome(string Text, string Json, IReadOnlyList<Check> Checks);

/// <param name="Name">What was demanded, as the user wrote it.</param>
/// <param name="Failure">Wanted and seen; null when the demand is met.</param>
internal sealed record Check(string Name, string? Failure)
{
    public static IReadOnlyList<Check> Of(IReadOnlyList<Assertion> assertions, IReadOnlyDictionary<string, double> metrics) =>
        [.. assertions.Select(assertion => new Check(assertion.Text, assertion.Failure(metrics)))];
}
