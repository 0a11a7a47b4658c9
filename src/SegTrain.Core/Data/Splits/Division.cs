using SegTrain.Core.Data.Layout;
using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Splits;

/// <summary>What is trained on, validated on and set aside.</summary>
/// <param name="Train">Learnt from.</param>
/// <param name="Validation">Measured on.</param>
/// <param name="Test">Training uses none of them.</param>
/// <param name="By">How it came about, for people.</param>
internal sealed record Division(IReadOnlyList<CheckedPair> Train, IReadOnlyList<CheckedPair> Validation, IReadOnlyList<CheckedPair> Test, string By)
{
    /// <param name="pairs">All of the set.</param>
    /// <param name="data">Ratio or fold, and whether it is stratified or grouped.</param>
    /// <param name="seed">Decides what chance decides.</param>
    /// <param name="classes">The classes in a pair's mask.</param>
    /// <param name="problems">Takes what makes a division impossible.</param>
    public static Division Of(
        IReadOnlyList<CheckedPair> pairs, DataConfig data, int seed, Func<CheckedPair, IEnumerable<int>> classes, DataProblems problems)
    {
        var named = pairs.ToLookup(static pair => pair.Pair.Split);
        if (named.Count > 1)
        {
            foreach (var pair in named[null])
                problems.Add("Pairs without a split (name one for all of them or for none):", pair.Pair.Name);
        }

        CheckedPair[] test = [.. named[Split.Test]];
        if (data.Fold is null && named.Contains(Split.Validation))
        {
            if (!named.Contains(Split.Train))
                problems.Add("Training needs pairs:", "no pair is in 'train'");
            if (data.Stratify || data.Group is not null)
                problems.Add("data.stratify and data.group decide how pairs are divided:", "this set names its splits; leave the keys out, or set data.fold, which divides anew");
            return new([.. named[Split.Train]], [.. named[Split.Validation]], test, "as the set says");
        }

        IReadOnlyList<CheckedPair> pool = [.. pairs.Where(static pair => pair.Pair.Split != Split.Test)];
        var units = Group(pool, data.Group, problems);
        var (wanted, validation, by) = Parts(data, pool.Count);
        if (units.Count < wanted.Length)
        {
            problems.Add($"{wanted.Length} parts need as many {(data.Group is null ? "pairs" : "groups")}, at least one each:", $"there {(units.Count == 1 ? "is" : "are")} {units.Count}");
            return new(pool, [], test, by);
        }

        var parts = Stratifier.Assign(
            [.. units.Select(unit => new SplitUnit(unit.Count, data.Stratify ? [.. unit.SelectMany(classes).Distinct().Order()] : []))], wanted, new CounterRandom((ulong)seed, RandomStream.Split));
        var isValidation = units.SelectMany((unit, i) => unit.Select(pair => (pair, parts[i] == validation))).ToDictionary(ReferenceEqualityComparer.Instance);
        return new(
            [.. pool.Where(pair => !isValidation[pair])],
            [.. pool.Where(pair => isValidation[pair])],
            test,
            $"{by}, drawn with seed {seed}{(data.Stratify ? ", stratified by class" : "")}{(data.Group is null ? "" : $", in {units.Count} groups")}");
    }

    // How many pairs each part should have, and which of them is for validation.
    private static (double[] Wanted, int Validation, string By) Parts(DataConfig data, int pairs)
    {
        if (data.Fold is { } fold)
        {
            var (part, count) = SplitRules.ParseFold(fold);
            return ([.. Enumerable.Repeat((double)pairs / count, count)], part, $"fold {part} of {count} for validation");
        }

        var validation = Math.Clamp((int)Math.Round(pairs * data.Validation), Math.Min(1, pairs), Math.Max(1, pairs - 1));
        return ([pairs - validation, validation], 1, $"{data.Validation:0.##} for validation");
    }

    private static IReadOnlyList<IReadOnlyList<CheckedPair>> Group(IReadOnlyList<CheckedPair> pairs, string? pattern, DataProblems problems)
    {
        if (pattern is null)
            return [.. pairs.Select(static pair => (CheckedPair[])[pair])];
        var regex = SplitRules.ParseGroup(pattern);
        var groups = new Dictionary<string, List<CheckedPair>>();
        foreach (var pair in pairs)
        {
            var match = regex.Match(pair.Pair.Name);
            if (!match.Success)
                problems.Add($"Names in which data.group '{pattern}' finds nothing:", pair.Pair.Name);
            var key = match.Success ? match.Groups[match.Groups.Count > 1 ? 1 : 0].Value : pair.Pair.Name;
            if (!groups.TryGetValue(key, out var group))
                groups[key] = group = [];
            group.Add(pair);
        }

        return [.. groups.Values];
    }
}
