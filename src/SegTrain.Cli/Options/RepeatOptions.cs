using System.CommandLine;
using System.Globalization;
using SegTrain.Core;
using SegTrain.Core.Data.Splits;
using SegTrain.Core.Recipe;
using SegTrain.Core.Repeats;

namespace SegTrain.Cli.Options;

/// <summary>Whether a configuration is trained once or several times.</summary>
internal sealed class RepeatOptions
{
    private readonly Option<int?> _seeds = new("--seeds")
    {
        HelpName = "N",
        Description = "Train for N seeds, from train.seed on, and report mean, spread and a 95 % confidence interval of each metric.",
    };

    private readonly Option<string?> _folds = new("--folds")
    {
        HelpName = "N",
        Description = "Cross-validate: train for each fold of N, or of data.fold with 'all', and report the same.",
    };

    public RepeatOptions() => _seeds.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int?>() is < 2 or > Repetition.Most)
            result.AddError($"--seeds: must be a whole number from 2 to {Repetition.Most}");
    });

    public void AddTo(Command command)
    {
        command.Options.Add(_seeds);
        command.Options.Add(_folds);
    }

    /// <param name="parse">The command line.</param>
    /// <param name="config">For <c>--folds all</c>.</param>
    /// <param name="resumed">The folder that is resumed; a group says itself what it repeats.</param>
    /// <returns>Null for a single run.</returns>
    /// <exception cref="SegTrainException">Both are given, or the folds are none.</exception>
    public Repetition? Read(ParseResult parse, RunConfig config, string? resumed) => (parse.GetValue(_seeds), parse.GetValue(_folds)) switch
    {
        ({ }, { }) => throw new SegTrainException(ExitCode.Usage, "--seeds and --folds exclude each other: cross-validate with one seed, or repeat with one split"),
        ({ } seeds, _) => new(RepeatKind.Seed, seeds),
        (_, { } folds) => new(RepeatKind.Fold, Folds(folds, config)),
        _ => resumed is null ? null : RepeatFolder.RepetitionIn(resumed),
    };

    private static int Folds(string text, RunConfig config)
    {
        var configured = config.Data.Fold is { } fold ? SplitRules.ParseFold(fold).Count : (int?)null;
        if (text == "all")
            return configured ?? throw new SegTrainException(ExitCode.Usage, "--folds all: of how many? Say it as in --folds 5, or set data.fold to 0/5");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 2 or > Repetition.Most)
            throw new SegTrainException(ExitCode.Usage, $"--folds {text}: must be a whole number from 2 to {Repetition.Most}, or all");
        return configured is null || configured == count
            ? count
            : throw new SegTrainException(ExitCode.Usage, $"--folds {count}: data.fold says {config.Data.Fold}, of {configured} folds; leave one of them out");
    }
}
