using SegTrain.Core.Optim;
using static TorchSharp.torch;

namespace SegTrain.Tests.Core.Optim;

/// <summary>Two steps of every optimizer on one number, w = 1 with gradients 0.5 and -0.25, by hand.</summary>
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

    private static double TwoSteps(string name, OptimizerConfig settings)
    {
        using var scope = NewDisposeScope();
        var (w, g) = (tensor([1f]), tensor([0.5f]));
        using var optimizer = OptimizerCatalog.Table.Single(row => row.Name == name).Make(settings, w, g);
        optimizer.Step(0.1, 0);
        g.fill_(-0.25);
        optimizer.Step(0.1, 1);
        return w.item<float>();
    }
}
