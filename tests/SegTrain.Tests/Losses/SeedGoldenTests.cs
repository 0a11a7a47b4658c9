using System.Text.Json;
using SegTrain.Losses;
using static TorchSharp.torch;

namespace SegTrain.Tests.Losses;

/// <summary>The numbers that are printed in widely read tutorials.</summary>
public sealed class SeedGoldenTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_printed_number_comes_out()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Goldens.Shared("seed_goldens.json")));
        var entries = file.RootElement.EnumerateArray().ToList();
        Assert.NotEmpty(entries);
        foreach (var entry in entries) AssertPrinted(entry);
        output.WriteLine($"{entries.Count} numbers");
    }

    private static void AssertPrinted(JsonElement entry)
    {
        var id = entry.GetProperty("id").GetString();
        if (entry.TryGetProperty("expected_exception", out _))
        {
            Assert.Contains("from 0", Assert.Throws<LossException>(() => Made(entry)).Message, StringComparison.Ordinal);
            return;
        }
        var (made, wanted, room) = (Made(entry), Numbers(entry.GetProperty("expected")), entry.GetProperty("tolerance").GetDouble());
        Assert.Equal(wanted.Length, made.Length);
        for (var i = 0; i < wanted.Length; i++) Assert.True(Math.Abs(wanted[i] - made[i]) <= room, $"{id}: {made[i]:R} is not {wanted[i]:R}");
        if (!entry.TryGetProperty("recomputed_float64", out var recomputed)) return;
        var exact = Numbers(recomputed);
        for (var i = 0; i < exact.Length; i++) Assert.Equal(exact[i], made[i], Exactness(id!));
    }

    private static double Exactness(string id) =>
        // Smoothed by a quotient in float32; and printed probabilities whose sum is not 1, which our softmax makes 1.
        id.Contains("smooth", StringComparison.Ordinal) ? 1e-7 : id.Contains("kldiv", StringComparison.Ordinal) ? 1e-6 : 1e-12;

    private static double[] Made(JsonElement entry)
    {
        var inputs = entry.GetProperty("inputs");
        double Number(string name) => inputs.GetProperty(name).GetDouble();
        double[] Flat(string name) => Numbers(inputs.GetProperty(name));
        double[][] Rows(string name) => [.. inputs.GetProperty(name).EnumerateArray().Select(Numbers)];
        return entry.GetProperty("function").GetString() switch
        {
            "softmax" => [.. Rows("logits").SelectMany(Softmax)],
            "smooth_soft_labels" => [.. Rows("labels").SelectMany(labels => Smoothed(labels, Number("alpha")))],
            "soft_label_cross_entropy_with_logits" =>
                Reduced(inputs, $"soft-ce(label_smoothing={inputs.GetProperty("alpha").GetRawText()})", Rows("logits")),
            "soft_label_cross_entropy" => Reduced(inputs, "soft-ce", [.. Rows("logits").Select(LogSoftmax)]),
            "classification_mae_with_logits" => Reduced(inputs, "soft-mae", Rows("logits")),
            "mse" => [OfPixels("mse(from_logits=false)", Flat("predictions"), Flat("targets"))],
            "mae" => [OfPixels("mae(from_logits=false)", Flat("predictions"), Flat("targets"))],
            "bce (probabilities)" => [OfPixels("bce", Logits(Flat("probabilities")), Flat("labels"))],
            "dice (probabilities, LINEAR denominator, smooth=1)" =>
                [OfPixels($"kaggle-dice(smooth={Number("smooth")})", Logits(Flat("probabilities")), Flat("targets"))],
            "dice_squared (probabilities, smooth=1)" =>
                [OfPixels($"kaggle-dice-squared(smooth={Number("smooth")})", Logits(Flat("probabilities")), Flat("targets"))],
            "ce" => [OfRows("ce", Rows("logits"), OneHot(inputs))],
            "kldiv" => [OfRows("kldiv", Rows("log_probabilities"), Rows("probabilities"))],
            "nll" => inputs.TryGetProperty("logits", out _)
                ? [OfRows("nll", [.. Rows("logits").Select(LogSoftmax)], OneHot(inputs))]
                : [OfRows("nll", Rows("log_probabilities"), OneHot(inputs))],
            var other => throw new InvalidOperationException($"no mapping for {other}"),
        };
    }

    private static double[] Reduced(JsonElement inputs, string expression, double[][] rows)
    {
        double[][] labels = [.. inputs.GetProperty("labels").EnumerateArray().Select(Numbers)];
        return inputs.GetProperty("reduction").GetString() switch
        {
            "none" => [.. rows.Select((row, i) => OfRows(expression, [row], [labels[i]]))],
            "sum" => [OfRows(expression, rows, labels) * rows.Length],
            _ => [OfRows(expression, rows, labels)],
        };
    }

    private static double OfPixels(string expression, double[] outputs, double[] targets) => LossProbe.Run(
        expression,
        new LossTask(SegmentationMode.Binary, 2),
        LossProbe.Tensor(outputs, [1, 1, 1, outputs.Length], ScalarType.Float64),
        LossProbe.Tensor(targets, [1, 1, 1, targets.Length], ScalarType.Float64)).Value;

    /// <summary>One row a sample: samples become the pixels of one image.</summary>
    private static double OfRows(string expression, double[][] rows, double[][] labels)
    {
        long[] shape = [1, rows[0].Length, rows.Length, 1];
        return LossProbe.Run(
            expression,
            new LossTask(SegmentationMode.Multiclass, rows[0].Length),
            LossProbe.Tensor(Columns(rows), shape, ScalarType.Float64),
            LossProbe.Tensor(Columns(labels), shape, ScalarType.Float64)).Value;
    }

    private static double[] Smoothed(double[] labels, double alpha)
    {
        using var scope = NewDisposeScope();
        return LossProbe.Numbers(SoftLabels.Smooth(LossProbe.Tensor(labels, [1, labels.Length], ScalarType.Float64), alpha));
    }

    private static double[] Softmax(double[] row)
    {
        using var scope = NewDisposeScope();
        var logits = LossProbe.Tensor(row, [1, row.Length, 1, 1], ScalarType.Float64);
        var task = new LossTask(SegmentationMode.Multiclass, row.Length);
        return LossProbe.Numbers(LossInput.Prepare(task, logits, zeros([1, 1, 1], ScalarType.Byte)).Probabilities);
    }

    private static double[] LogSoftmax(double[] row) => [.. row.Select(x => x - Math.Log(row.Sum(Math.Exp)))];

    private static double[] Logits(double[] probabilities) => [.. probabilities.Select(p => Math.Log(p / (1 - p)))];

    private static double[][] OneHot(JsonElement inputs)
    {
        var rows = inputs.TryGetProperty("logits", out var logits) ? logits : inputs.GetProperty("log_probabilities");
        var classes = Enumerable.Range(0, rows[0].GetArrayLength()).ToList();
        return [.. Numbers(inputs.GetProperty("labels")).Select(label => classes.Select(c => c == label ? 1.0 : 0).ToArray())];
    }

    private static double[] Columns(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).SelectMany(c => rows.Select(row => row[c]))];

    private static double[] Numbers(JsonElement numbers) => numbers.ValueKind == JsonValueKind.Array
        ? [.. numbers.EnumerateArray().SelectMany(Numbers)]
        : [numbers.GetDouble()];
}
