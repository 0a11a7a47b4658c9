using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Adam (Kingma &amp; Ba 2015, arXiv:1412.6980) with the decay added to the gradient, or AdamW (Loshchilov &amp; Hutter 2019,
/// arXiv:1711.05101) with the decay taken from the weights.
/// </summary>
internal sealed class Adam(OptimizerConfig config, Tensor values, Tensor gradients, bool decoupled) : IOptimizer
{
    private readonly Tensor _mean = zeros_like(values).DetachFromDisposeScope();
    private readonly Tensor _square = zeros_like(values).DetachFromDisposeScope();

    public IReadOnlyList<(string Name, Tensor Value)> State => [("mean", _mean), ("square", _square)];

    public void Step(double learningRate, long step)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (decoupled) values.mul_(1 - learningRate * config.WeightDecay);
        else if (config.WeightDecay > 0) gradients.add_(values, config.WeightDecay);
        _mean.mul_(config.Beta1).add_(gradients, 1 - config.Beta1);
        _square.mul_(config.Beta2).addcmul_(gradients, gradients, 1 - config.Beta2);
        var meanCorrection = 1 - Math.Pow(config.Beta1, step + 1);
        var rootCorrection = Math.Sqrt(1 - Math.Pow(config.Beta2, step + 1));
        var root = _square.sqrt().div_(rootCorrection).add_(config.Eps);
        values.addcdiv_(_mean, root, -learningRate / meanCorrection);
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
