using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Values and gradients against the reference implementations.</summary>
public sealed class ReferenceLossTests(ITestOutputHelper output)
{
    // Of the entries that follow a quirk of a library; all others are run without exception.
    private const double MostLeftOut = 0.1;

    public static TheoryData<string, string, bool> Losses
    {
        get
        {
            var rows = new TheoryData<string, string, bool>();
            foreach (var loss in GoldenExpression.Known)
            {
                foreach (var type in (string[])["Float64", "Float32"])
                {
                    rows.Add(loss, type, true);
                    if (!GoldenExpression.ByClass.Contains(loss)) rows.Add(loss, type, false);
                }
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Value_and_gradient_are_the_references(string loss, string type, bool bytes)
    {
        var (inputs, all) = Goldens.Read();
        var entries = all
            .Where(entry => entry.Loss == loss && GoldenExpression.LeftOut(entry) is null && Fits(inputs[entry.Input], bytes))
            .ToList();
        Assert.NotEmpty(entries);
        var failures = entries
            .Where(entry => type == nameof(ScalarType.Float64) || OnlyInFloat64(entry, inputs[entry.Input]) is null)
            .SelectMany(entry => Differences(entry, inputs[entry.Input], Enum.Parse<ScalarType>(type), bytes))
            .ToList();
        output.WriteLine(
            $"{loss}: {entries.Count} entries in {type}, {(bytes ? "byte" : "floating")} targets; {failures.Count} differences");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)));
    }

    [Fact]
    public void Nothing_is_left_out_but_a_few_quirks_with_a_reason()
    {
        var all = Goldens.Read().Entries;
        Assert.Empty(all.Select(entry => entry.Loss).Except(GoldenExpression.Known));
        var leftOut = all.Where(entry => GoldenExpression.LeftOut(entry) is not null).ToList();
        output.WriteLine($"{all.Count - leftOut.Count} of {all.Count} entries are run");
        foreach (var entry in leftOut) output.WriteLine($"{entry.Id}: {GoldenExpression.LeftOut(entry)}");
        Assert.All(leftOut, entry => Assert.Equal("compat", entry.Level));
        Assert.InRange(leftOut.Count, 0, MostLeftOut * all.Count(entry => entry.Level == "compat"));
    }

    /// <summary>Why a loss cannot have the value of the reference in float32; null when it can.</summary>
    private static string? OnlyInFloat64(GoldenEntry entry, GoldenInput input) =>
        entry.Loss is "seed_bce_dice" or "seed_combo" or "seed_focal_mean" or "seed_focal_keras" && input.Logits.Max(Math.Abs) >= 15
            ? "the logarithm of a probability that float32 rounds to 1, or to 1 - 1.2e-7 in place of 1 - 1e-7"
            : null;

    /// <summary>This reference has the squared root of the size of a class, which it takes in float32 where it makes the planes itself.</summary>
    private static bool IsInFloat32(GoldenEntry entry, GoldenInput input) => entry.Loss == "dice_squared" && input.Mode == "multiclass";

    private static bool Fits(GoldenInput input, bool bytes) => bytes ? input.IsHard : input.Mode != "multiclass";

    private static Tensor Maps(LossTask task, GoldenInput input) =>
        tensor(LossProbe.Distances(task, input.Targets.Select(value => (byte)value), input.LogitsShape), input.LogitsShape);

    private static IEnumerable<string> Differences(GoldenEntry entry, GoldenInput input, ScalarType type, bool bytes)
    {
        var golden = GoldenExpression.Of(entry, input);
        var (task, logitsShape, targetsShape) = Shapes(input, golden.IsOneRow);
        var (value, gradient) = LossProbe.Run(
            golden.Expression, task, LossProbe.Tensor(input.Logits, logitsShape, type),
            LossProbe.Tensor(input.Targets, targetsShape, bytes ? ScalarType.Byte : type),
            GoldenExpression.RoundsDistances(entry, input) ? Maps(task, input) : null);
        var at = $"{entry.Id}: {golden.Expression}";
        if (input.AllIgnored && entry.Nonfinite is not null)
        {
            if (value != 0 || gradient.Any(g => g != 0)) yield return $"{at}: {value} is not 0 with zero gradient";
            yield break;
        }
        if (gradient.Any(g => !double.IsFinite(g))) yield return $"{at}: the gradient is not finite";
        var isDouble = type == ScalarType.Float64;
        var wanted = entry.Value!.Value;
        var made = value + golden.Offset;
        var slack = IsInFloat32(entry, input) ? 1e-7 : 0;
        var room = isDouble ? (1e-9 + slack) * Math.Abs(wanted) + 1e-12 : 1e-5 * Math.Abs(wanted) + 1e-8;
        if (!(Math.Abs(made - wanted) <= room)) yield return $"{at}: value {made:R} is not {wanted:R}";
        if (!entry.GradUnique || entry.Nonfinite is not null) yield break;
        var largest = entry.Grad.Max(g => Math.Abs(g!.Value));
        for (var i = 0; i < gradient.Length; i++)
        {
            var g = entry.Grad[i]!.Value;
            var gradientRoom = isDouble ? 1e-9 * Math.Abs(g) + slack * largest + 1e-12 : 2e-5 * largest + 1e-8;
            if (Math.Abs(gradient[i] - g) <= gradientRoom) continue;
            yield return $"{at}: gradient {i} is {gradient[i]:R}, not {g:R}";
            yield break;
        }
    }

    private static (LossTask Task, long[] Logits, long[] Targets) Shapes(GoldenInput input, bool isOneRow)
    {
        if (!isOneRow)
        {
            var mode = Enum.Parse<SegmentationMode>(input.Mode, ignoreCase: true);
            return (new LossTask(mode, (int)input.LogitsShape[1], input.IgnoreIndex), input.LogitsShape, input.TargetsShape);
        }
        long[] shape = [input.LogitsShape[0] * input.LogitsShape[1], 1, .. input.LogitsShape[2..]];
        return (new LossTask(SegmentationMode.Binary, 2, input.IgnoreIndex), shape, shape);
    }
}
