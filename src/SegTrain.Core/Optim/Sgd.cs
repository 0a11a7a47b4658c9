using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Stochastic gradient descent with momentum (Polyak 1964; Nesterov's form as in Sutskever et al. 2013):
/// m = momentum m + g; w = w - lr m, or w - lr (g + momentum m).
/// </summary>
internal sealed class Sgd(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Tensor _momentum = zeros_like(gradients);

    public IReadOnlyList<(string Name, Tensor Value)> State => [("momentum", _momentum)];

    public void Step(double learningRate, long step)
    {
        _momentum.mul_(Num(config.Momentum)).Plus_(gradients);
        if (config.Nesterov) values.Plus_(gradients, -learningRate).Plus_(_momentum, -learningRate * config.Momentum);
        else values.Plus_(_momentum, -learningRate);
    }
}
