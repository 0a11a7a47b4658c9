using SegTrain.Core;
using SegTrain.Core.Data;
using SegTrain.Core.Data.Layout;
using SegTrain.Core.Data.Splits;
using SegTrain.Core.Images;

namespace SegTrain.Tests.Core.Data.Splits;

public sealed class DivisionTests
{
    private static readonly ImageHeader Header = new() { Format = ImageFormat.Png, StoredWidth = 1, StoredHeight = 1, Channels = 1, Bits = 8 };

    [Theory]
    [InlineData(10, 0.3, 3)]
    [InlineData(10, 0.01, 1)]
    [InlineData(10, 0.9, 9)]
    [InlineData(2, 0.9, 1)]
    [InlineData(100, 0.25, 25)]
    public void The_ratio_divides(int pairs, double ratio, int validation)
    {
        var division = Divide(Numbered(pairs), new() { Validation = ratio });
        Assert.Equal((pairs - validation, validation), (division.Train.Count, division.Validation.Count));
        Assert.Equal(pairs, division.Train.Concat(division.Validation).Distinct().Count());
    }

    [Fact]
    public void The_seed_decides()
    {
        var pairs = Numbered(20);
        Assert.Equal(Validation(Divide(pairs, new())), Validation(Divide(pairs, new())));
        Assert.Equal(5, Enumerable.Range(0, 5).Select(seed => string.Join(' ', Validation(Divide(pairs, new(), seed)))).Distinct().Count());
    }

    [Fact]
    public void Named_splits_hold_and_training_alone_is_divided()
    {
        CheckedPair[] pairs = [Pair("a", Split.Train), Pair("b", Split.Validation), Pair("c", Split.Test), Pair("d", Split.Train)];
        var division = Divide(pairs, new());
        Assert.Equal("a d, b, c", string.Join(", ", new[] { division.Train, division.Validation, division.Test }.Select(Names)));
        var alone = Divide([.. pairs.Where(static pair => pair.Pair.Split != Split.Validation)], new());
        Assert.Equal((1, 1, "c"), (alone.Train.Count, alone.Validation.Count, Names(alone.Test)));
    }

    [Fact]
    public void Folds_take_turns_and_leave_the_test_pairs_alone()
    {
        CheckedPair[] pairs = [.. Numbered(23, Split.Train), Pair("v", Split.Validation), Pair("t", Split.Test)];
        var folds = Enumerable.Range(0, 5).Select(part => Divide(pairs, new() { Fold = $"{part}/5" })).ToList();
        Assert.All(folds, static fold => Assert.InRange(fold.Validation.Count, 4, 5));
        Assert.All(folds, static fold => Assert.Equal(24, fold.Train.Count + fold.Validation.Count));
        Assert.All(folds, static fold => Assert.Equal("t", Names(fold.Test)));
        Assert.Equal(24, folds.SelectMany(Validation).Distinct().Count());
    }

    [Fact]
    public void Groups_stay_together()
    {
        CheckedPair[] pairs = [.. Enumerable.Range(0, 60).Select(static i => Pair($"p{i % 12}_slice{i}"))];
        foreach (var fold in new string?[] { null, "0/4", "3/4" })
        {
            var division = Divide(pairs, new() { Group = "^(p[0-9]+)_", Fold = fold });
            string[] Patients(IReadOnlyList<CheckedPair> part) => [.. part.Select(static pair => pair.Pair.Name.Split('_')[0]).Distinct()];
            Assert.Empty(Patients(division.Train).Intersect(Patients(division.Validation)));
            Assert.Equal(fold is null ? 10 : 15, division.Validation.Count);
        }

        // One group is larger than what validation wants, and still validation gets one.
        Assert.Equal(3, Divide([.. Enumerable.Range(0, 6).Select(static i => Pair($"{i % 2}"))], new() { Group = "." }).Validation.Count);
    }

    [Fact]
    public void Stratified_parts_share_rare_classes()
    {
        // Class 0 is everywhere, class k in every k-th of the pairs.
        static IEnumerable<int> Classes(CheckedPair pair) => new[] { 1, 5, 7, 20 }.Where(every => int.Parse(pair.Pair.Name) % every == 0).Select(static (every, _) => every);
        var pairs = Numbered(100);
        for (var seed = 0; seed < 20; seed++)
        {
            for (var part = 0; part < 5; part++)
            {
                var validation = Divide(pairs, new() { Fold = $"{part}/5", Stratify = true }, seed, Classes).Validation;
                Assert.Equal(1, validation.Count(static pair => int.Parse(pair.Pair.Name) % 20 == 0));
                Assert.InRange(validation.Count(static pair => int.Parse(pair.Pair.Name) % 7 == 0), 2, 4);
                Assert.InRange(validation.Count(static pair => int.Parse(pair.Pair.Name) % 5 == 0), 3, 5);
                Assert.InRange(validation.Count, 18, 22);
            }
        }

        // By chance alone some part has none of the five.
        Assert.Contains(Enumerable.Range(0, 20), seed => !Validation(Divide(pairs, new(), seed)).Any(static name => int.Parse(name) % 20 == 0));
    }

    [Fact]
    public void A_class_of_one_pair_is_learnt_rather_than_measured()
    {
        for (var seed = 0; seed < 10; seed++)
            Assert.DoesNotContain("7", Validation(Divide(Numbered(20), new() { Stratify = true }, seed, static pair => pair.Pair.Name == "7" ? [0, 1] : [0])));
    }

    [Fact]
    public void What_cannot_be_divided_is_a_problem()
    {
        Assert.Contains("there is 1", Fails([Pair("a")], new()));
        Assert.Contains("there are 2", Fails(Numbered(2), new() { Fold = "0/3" }));
        Assert.Contains("a", Fails([Pair("a"), Pair("b1"), Pair("b2")], new() { Group = "[0-9]" }));
        Assert.Contains("names its splits", Fails([Pair("a", Split.Train), Pair("b", Split.Validation)], new() { Stratify = true }));
        Assert.Contains("no pair is in 'train'", Fails([Pair("b", Split.Validation)], new()));
        Assert.Contains("Pairs without a split", Fails([Pair("a", Split.Train), Pair("b", Split.Validation), Pair("c")], new()));
    }

    [Theory]
    [InlineData("5/5")]
    [InlineData("-1/5")]
    [InlineData("0/1")]
    [InlineData("1")]
    [InlineData("a/b")]
    public void Folds_that_mean_nothing_are_refused(string fold) =>
        Assert.Equal(ExitCode.Config, Assert.Throws<SegTrainException>(() => SplitRules.Check(new() { Fold = fold })).Code);

    [Fact]
    public void Patterns_that_mean_nothing_are_refused() =>
        Assert.Equal(ExitCode.Config, Assert.Throws<SegTrainException>(() => SplitRules.Check(new() { Group = "(" })).Code);

    private static CheckedPair Pair(string name, Split? split = null) => new(new(name, name, name, split), Header, Header);

    private static CheckedPair[] Numbered(int count, Split? split = null) => [.. Enumerable.Range(0, count).Select(i => Pair($"{i}", split))];

    private static string Names(IReadOnlyList<CheckedPair> pairs) => string.Join(' ', pairs.Select(static pair => pair.Pair.Name));

    private static IEnumerable<string> Validation(Division division) => division.Validation.Select(static pair => pair.Pair.Name);

    private static Division Divide(
        IReadOnlyList<CheckedPair> pairs, DataConfig data, int seed = 1, Func<CheckedPair, IEnumerable<int>>? classes = null)
    {
        var problems = new DataProblems();
        var division = Division.Of(pairs, data, seed, classes ?? (static _ => []), problems);
        problems.ThrowIfAny("set");
        return division;
    }

    private static string Fails(IReadOnlyList<CheckedPair> pairs, DataConfig data) => Assert.Throws<SegTrainException>(() => Divide(pairs, data)).Message;
}
