using System.Text.Json;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The numbers that are printed in widely read tutorials, for the losses that we have.</summary>
public sealed class SeedGoldenTests(ITestOutputHelper output)
{
    public static TheoryData<string> Ids => ["004/bce", "004/ce", "004/nll_of_log_softmax", "004/custom_ce", "004/dice_printed_value"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_printed_number_comes_out(string id)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Goldens.Shared("seed_goldens.json")));
        var entry = file.RootElement.EnumerateArray().Single(entry => entry.GetProperty("id").GetString() == id);
        var inputs = entry.GetProperty("inputs");
        var value = inputs.TryGetProperty("probabilities", out var probabilities)
            ? OfProbabilities(inputs, Flat(probabilities))
            : OfLogits(Rows(inputs.GetProperty("logits")), Flat(inputs.GetProperty("labels")));
        var (wanted, room) = (entry.GetProperty("expected").GetDouble(), entry.GetProperty("tolerance").GetDouble());
        output.WriteLine($"{id}: {value:R}, printed {wanted:R}");
        Assert.Equal(wanted, value, room);
        if (entry.TryGetProperty("recomputed_float64", out var exact)) Assert.Equal(exact.GetDouble(), value, 1e-12);
    }

    private static double OfProbabilities(JsonElement inputs, double[] p)
    {
        var (expression, targets) = inputs.TryGetProperty("smooth", out var smooth)
            ? ($"dice(smooth={smooth.GetRawText()}, reduction=batch)", inputs.GetProperty("targets"))
            : ("bce", inputs.GetProperty("labels"));
        return LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Binary, 2),
            LossProbe.Tensor([.. p.Select(p => Math.Log(p / (1 - p)))], [1, 1, 1, p.Length], ScalarType.Float64),
            LossProbe.Tensor(Flat(targets), [1, 1, p.Length], ScalarType.Byte)).Value;
    }

    /// <summary>One row a sample: samples become the pixels of one image.</summary>
    private static double OfLogits(double[][] rows, double[] labels)
    {
        var classes = rows[0].Length;
        double[] planes = [.. Enumerable.Range(0, classes).SelectMany(c => rows.Select(row => row[c]))];
        return LossProbe.Run(
            "ce",
            new LossTask(SegmentationMode.Multiclass, classes),
            LossProbe.Tensor(planes, [1, classes, rows.Length, 1], ScalarType.Float64),
            LossProbe.Tensor(labels, [1, rows.Length, 1], ScalarType.Int64)).Value;
    }

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(Flat)];

    private static double[] Flat(JsonElement numbers) =>
        [.. numbers.EnumerateArray().SelectMany(number => number.ValueKind == JsonValueKind.Array ? Flat(number) : [number.GetDouble()])];
}
