using System.Globalization;
using SegTrain.Core.Recipe;

namespace SegTrain.Core.Repeats;

/// <summary>What changes from run to run of a group.</summary>
/// <param name="Word">In the names of run folders.</param>
/// <param name="Label">The part of a name after the word, of the run of a number from 0.</param>
/// <param name="Vary">The configuration of the run of a number from 0, of a count.</param>
internal sealed record RepeatKind(string Word, Func<RunConfig, int, int> Label, Func<RunConfig, int, int, RunConfig> Vary)
{
    public static RepeatKind Seed { get; } = new(
        "seed",
        static (config, number) => config.Train.Seed + number,
        static (config, number, _) => config with { Train = config.Train with { Seed = config.Train.Seed + number } });

    public static RepeatKind Fold { get; } = new(
        "fold",
        static (_, number) => number,
        static (config, number, count) => config with { Data = config.Data with { Fold = $"{number}/{count}" } });

    public static IReadOnlyList<RepeatKind> Table { get; } = [Seed, Fold];
}

/// <summary>One configuration trained several times.</summary>
internal sealed record Repetition(RepeatKind Kind, int Count)
{
    public const int Most = 1000;

    /// <summary>The runs: their names, and their configurations before they get a folder.</summary>
    public IEnumerable<(string Name, RunConfig Config)> Runs(RunConfig config)
    {
        if (Kind == RepeatKind.Seed && config.Train.Seed > int.MaxValue - Count)
            throw new SegTrainException(ExitCode.Config, $"train.seed: {config.Train.Seed} leaves no room for {Count} seeds; start with a smaller one");
        return Enumerable.Range(0, Count).Select(number => ($"{Kind.Word}-{Kind.Label(config, number)}", Kind.Vary(config, number, Count)));
    }

    /// <example><c>seed 5</c></example>
    public override string ToString() => $"{Kind.Word} {Count}";

    /// <summary>What <see cref="ToString"/> wrote; null when it is something else.</summary>
    public static Repetition? Parse(string text) =>
        text.Trim().Split(' ') is [var word, var digits] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && RepeatKind.Table.FirstOrDefault(kind => kind.Word == word) is { } kind ? new(kind, count) : null;
}
