using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>Values and gradients against the reference implementations.</summary>
public sealed class ReferenceLossTests(ITestOutputHelper output)
{
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
        var goldens = Goldens.Read();
        var entries = goldens.Entries
            .Where(entry => entry.Loss == loss
                && (entry.Level is "core" or "paper" || (entry.Level == "extra" && GoldenExpression.Extra.Contains(loss))))
            .Where(entry => Fits(goldens.Inputs[entry.Input], bytes))
            .ToList();
        Assert.NotEmpty(entries);
        var failures = entries
            .SelectMany(entry => Differences(entry, goldens.Inputs[entry.Input], Enum.Parse<ScalarType>(type), bytes))
            .ToList();
        output.WriteLine(
            $"{loss}: {entries.Count} entries in {type}, {(bytes ? "byte" : "floating")} targets; {failures.Count} differences");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(20)));
    }

    [Fact]
    public void Every_core_or_paper_loss_is_known_or_named_as_later()
    {
        var entries = Goldens.Read().Entries.Where(entry => entry.Level is "core" or "paper").ToList();
        var known = entries.Count(entry => GoldenExpression.Known.Contains(entry.Loss));
        output.WriteLine($"{known} of {entries.Count} core and paper entries are run");
        Assert.Empty(entries.Select(entry => entry.Loss).Distinct().Except(GoldenExpression.Known).Except(GoldenExpression.Later));
    }

    private static bool Fits(GoldenInput input, bool bytes) => bytes ? input.IsHard : input.Mode != "multiclass";

    private static Tensor Maps(LossTask task, GoldenInput input) =>
        tensor(LossProbe.Distances(task, input.Targets.Select(value => (byte)value), input.LogitsShape), input.LogitsShape);

    private static IEnumerable<string> Differences(GoldenEntry entry, GoldenInput input, ScalarType type, bool bytes)
    {
        var task = new LossTask(Enum.Parse<SegmentationMode>(input.Mode, ignoreCase: true), (int)input.LogitsShape[1], input.IgnoreIndex);
        var expression = GoldenExpression.Of(entry);
        var (value, gradient) = LossProbe.Run(
            expression, task, LossProbe.Tensor(input.Logits, input.LogitsShape, type),
            LossProbe.Tensor(input.Targets, input.TargetsShape, bytes ? ScalarType.Byte : type),
            GoldenExpression.RoundsDistances(entry, input) ? Maps(task, input) : null);
        var at = $"{entry.Id}: {expression}";
        if (entry.Nonfinite is not null)
        {
            Assert.True(input.AllIgnored, $"{at}: what is the ideal?");
            if (value != 0 || gradient.Any(g => g != 0)) yield return $"{at}: {value} is not 0 with zero gradient";
            yield break;
        }
        var isDouble = type == ScalarType.Float64;
        var wanted = entry.Value!.Value;
        var room = isDouble ? 1e-9 * Math.Abs(wanted) + 1e-12 : 1e-5 * Math.Abs(wanted) + 1e-8;
        if (!(Math.Abs(value - wanted) <= room)) yield return $"{at}: value {value:R} is not {wanted:R}";
        if (!entry.GradUnique) yield break;
        var largest = entry.Grad.Max(g => Math.Abs(g!.Value));
        for (var i = 0; i < gradient.Length; i++)
        {
            var g = entry.Grad[i]!.Value;
            var gradientRoom = isDouble ? 1e-9 * Math.Abs(g) + 1e-12 : 2e-5 * largest + 1e-8;
            if (Math.Abs(gradient[i] - g) <= gradientRoom) continue;
            yield return $"{at}: gradient {i} is {gradient[i]:R}, not {g:R}";
            yield break;
        }
    }
}
