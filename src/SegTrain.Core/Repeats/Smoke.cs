using SegTrain.Core.Config;

namespace SegTrain.Core.Repeats;

/// <summary>The fixed run of <c>segtrain smoke</c>: a machine on which it attains its Dice can train.</summary>
internal static class Smoke
{
    /// <summary>Demanded whatever else is: seeds 1 to 3 attain 0.96 and more.</summary>
    public static Assertion Demand { get; } = Assertion.Parse("val.dice>=0.9");

    private static readonly (string Key, string Value)[] Recipe =
    [
        ("loss", "bce-dice"), ("model.preset", "tiny"), ("optimizer.name", "adamw"), ("optimizer.learning_rate", "0.004"), ("train.epochs", "12"), ("train.batch_size", "8"),
        ("train.seed", "1"), ("train.name", "smoke"),
    ];

    /// <param name="runs">Where the run folder is made.</param>
    public static EffectiveConfig In(string runs) =>
        ConfigLoader.Load(new() { Options = [.. Recipe.Append(("train.runs", runs)).Select(static pair => new ConfigOption("smoke", pair.Item1, pair.Item2))] });
}
