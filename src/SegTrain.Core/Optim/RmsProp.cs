using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// RMSprop (Tieleman &amp; Hinton 2012, Neural networks for machine learning, lecture 6.5) with momentum:
/// v = b2 v + (1 - b2) g^2; m = momentum m + g / (sqrt(v) + eps); w = w - lr m.
/// </summary>
internal sealed class RmsProp(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Tensor _square = zeros_like(gradients);
    private readonly Tensor _momentum = zeros_like(gradients);
    private readonly double _beta2 = config.Beta2 ?? throw new ArgumentException("beta2 has no value", nameof(config));

    public IReadOnlyList<(string Name, Tensor Value)> State => [("square", _square), ("momentum", _momentum)];

    public void Step(double learningRate, long step)
    {
        _square.mul_(_beta2).addcmul_(gradients, gradients, 1 - _beta2);
        _momentum.mul_(config.Momentum).addcdiv_(gradients, _square.sqrt().add_(config.Eps), 1);
        values.add_(_momentum, -learningRate);
    }
}
