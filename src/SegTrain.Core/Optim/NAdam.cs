using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Adam with Nesterov's momentum (Dozat 2016, Incorporating Nesterov momentum into Adam, ICLR workshop), with its schedule of momentum:
/// u(t) = b1 (1 - 0.96^(0.004 t) / 2), U(t) = u(1) ... u(t),
/// w = w - lr ((1 - u(t)) / (1 - U(t)) g + u(t + 1) / (1 - U(t + 1)) m) / (sqrt(v / (1 - b2^t)) + eps).
/// </summary>
internal sealed class NAdam(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Moments _moments = new(config, gradients);
    private (long Step, double Value) _product = (-1, 1);

    public IReadOnlyList<(string Name, Tensor Value)> State => _moments.State;

    public void Step(double learningRate, long step)
    {
        _moments.Add(gradients);
        var root = _moments.Root(step);
        var (now, next) = (Momentum(step), Momentum(step + 1));
        var product = Product(step);
        using var ofGradients = Passing(-learningRate * (1 - now) / (1 - product));
        using var ofMean = Passing(-learningRate * next / (1 - product * next));
        values.addcdiv_(gradients, root, ofGradients).addcdiv_(_moments.Mean, root, ofMean);
    }

    private double Momentum(long step) => config.Beta1 * (1 - 0.5 * Math.Pow(0.96, (step + 1) * 0.004));

    // A function of the step alone, so that a resumed run needs no state: begun anew unless the last step is the one before.
    private double Product(long step)
    {
        if (_product.Step >= step) _product = (-1, 1);
        while (_product.Step < step) _product = (_product.Step + 1, _product.Value * Momentum(_product.Step + 1));
        return _product.Value;
    }
}
