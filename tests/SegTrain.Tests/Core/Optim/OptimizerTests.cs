using System.Runtime.InteropServices;
using System.Text.Json;
using SegTrain.Core.Optim;
using SegTrain.Tests.Support;
using static SegTrain.Losses.Arithmetic;
using static SegTrain.Losses.Number;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Optim;

/// <summary>Two steps on one number, w = 1 with gradients 0.5 and -0.25, by hand; and fifty of every optimizer against PyTorch.</summary>
public sealed class OptimizerTests
{
    private static readonly OptimizerConfig Settings = new() { WeightDecay = 0.1, Momentum = 0.9, Beta1 = 0.9, Beta2 = 0.99, Eps = 1e-8, Nesterov = false };

    /// <summary>g1 = 0.5 + 0.1 = 0.6, w = 0.94; g2 = -0.25 + 0.094 = -0.156, m = 0.54 - 0.156 = 0.384, w = 0.94 - 0.0384.</summary>
    [Fact]
    public void Sgd() => Assert.Equal(0.9016, TwoSteps("sgd", Settings), 6);

    /// <summary>m1 = 0.6, w = 1 - 0.1 (0.6 + 0.54) = 0.886; g2 = -0.25 + 0.0886 = -0.1614, m2 = 0.54 - 0.1614 = 0.3786, w = 0.886 - 0.1 (-0.1614 + 0.34074).</summary>
    [Fact]
    public void Sgd_Nesterov() => Assert.Equal(0.868066, TwoSteps("sgd", Settings with { Nesterov = true }), 6);

    /// <summary>
    /// Step 1: w (1 - 0.01) - 0.1 * 0.5 / 0.5 = 0.89. Step 2: mean = (0.9 * 0.05 - 0.025) / (1 - 0.81) = 0.10526316, square =
    /// (0.99 * 0.0025 + 0.000625) / (1 - 0.9801) = 0.15577889; w = 0.89 * 0.99 - 0.1 * 0.10526316 / 0.39468835 = 0.8811 - 0.02666994.
    /// </summary>
    [Fact]
    public void AdamW() => Assert.Equal(0.85443006, TwoSteps("adamw", Settings), 6);

    /// <summary>
    /// Step 1: g = 0.6, w = 0.9. Step 2: g = -0.25 + 0.09 = -0.16, mean = (0.054 - 0.016) / 0.19 = 0.2, square =
    /// (0.99 * 0.0036 + 0.000256) / 0.0199 = 0.19195980; w = 0.9 - 0.1 * 0.2 / 0.43813217 = 0.9 - 0.04564833.
    /// </summary>
    [Fact]
    public void Adam() => Assert.Equal(0.85435167, TwoSteps("adam", Settings), 6);

    [Fact]
    public void Clipping_keeps_the_direction_and_bounds_the_norm()
    {
        using var scope = NewDisposeScope();
        var gradients = tensor([3f, 4f]);
        GradientClip.ByNorm(gradients, 10);
        Assert.Equal(5, gradients.norm().item<float>(), 4);
        GradientClip.ByNorm(gradients, 1);
        Assert.Equal(0.6, gradients.select(0, 0).item<float>(), 4);
        Assert.Equal(0.8, gradients.select(0, 1).item<float>(), 4);
    }

    [Fact]
    public void Clipping_by_value_cuts_each_number()
    {
        using var scope = NewDisposeScope();
        var gradients = tensor([3f, -4f, 0.5f]);
        GradientClip.Apply(new OptimizerConfig { ClipValue = 2, ClipNorm = 0 }, gradients);
        Assert.Equal([2, -2, 0.5f], Floats(gradients));
    }

    [Fact]
    public void Only_the_first_numbers_decay()
    {
        using var scope = NewDisposeScope();
        var (w, g) = (tensor([1f, 1f]), tensor([0f, 0f]));
        using var optimizer = new Optimizer(Settings with { Name = "adamw" }, w, g, decaying: 1);
        optimizer.Step(0.1, 0);
        Assert.Equal([0.99f, 1], Floats(w));
    }

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, References().Length)];

    [Fact]
    public void Every_optimizer_has_a_reference() =>
        Assert.Equal(OptimizerCatalog.Table.Select(static row => row.Name).Order(), References().Select(static entry => entry.Settings.Name).Distinct().Order());

    /// <summary>optimizers.py, beside this file, says what net it is and wrote the weights.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Fifty_steps_end_where_PyTorch_ends(int number)
    {
        using var scope = NewDisposeScope();
        var (settings, expected) = References()[number];
        var x = Made(24, static i => Math.Sin(1.3 * i)).reshape(8, 3);
        var y = Made(8, static i => Math.Cos(0.7 * i)).reshape(8, 1);
        var values = cat([.. new[] { 15, 5, 5, 1 }.Select(static (length, k) => Made(length, i => Math.Sin((2.1 * i) + k)))], 0);
        var gradients = zeros_like(values);
        using var optimizer = new Optimizer(settings, values, gradients, values.NumberOfElements);
        for (var step = 0; step < 50; step++)
        {
            var leaf = values.clone().requires_grad_();
            Tensor Part(long start, params long[] shape) => leaf.narrow(0, start, shape.Aggregate(static (a, b) => a * b)).reshape(shape);
            var hidden = x.matmul(Part(0, 5, 3).transpose(0, 1)).Plus(Part(15, 5)).sigmoid();
            var error = hidden.matmul(Part(20, 1, 5).transpose(0, 1)).Plus(Part(25, 1)) - y;
            error.pow(Num(2)).mean().backward();
            gradients.copy_(leaf.grad!);
            optimizer.Step(settings.LearningRate!.Value, step);
        }
        Assert.All(MemoryMarshal.Cast<byte, double>(values.bytes).ToArray().Zip(expected), static pair => Assert.Equal(pair.Second, pair.First, 1e-9 * Math.Abs(pair.Second)));
    }

    private static Tensor Made(int length, Func<int, double> value) => tensor(Enumerable.Range(0, length).Select(value).ToArray(), [length], float64);

    private static float[] Floats(Tensor values) => MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();

    private static (OptimizerConfig Settings, double[] Weights)[] References()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Repository.File("tests/SegTrain.Tests/Core/Optim/optimizers.json")));
        return [.. file.RootElement.EnumerateArray().Select(static entry => (
            entry.GetProperty("settings").Deserialize<OptimizerConfig>(Snake)!,
            entry.GetProperty("weights").EnumerateArray().Select(static number => number.GetDouble()).ToArray()))];
    }

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static double TwoSteps(string name, OptimizerConfig settings)
    {
        using var scope = NewDisposeScope();
        var (w, g) = (tensor([1f]), tensor([0.5f]));
        using var optimizer = new Optimizer(settings with { Name = name }, w, g, decaying: 1);
        optimizer.Step(0.1, 0);
        g.fill_(-0.25);
        optimizer.Step(0.1, 1);
        return w.item<float>();
    }
}
