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
        _square.mul_(Num(_beta2)).addcmul_(gradients, gradients, Num(1 - _beta2));
        _momentum.mul_(Num(config.Momentum)).addcdiv_(gradients, _square.sqrt().Plus_(Num(config.Eps)), One);
        values.Plus_(_momentum, -learningRate);
    }
}
