using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Lion (Chen et al. 2023, arXiv:2302.06675): w = w - lr sign(b1 m + (1 - b1) g); m = b2 m + (1 - b2) g. Every weight moves by the
/// learning rate, so that it wants less of it than AdamW, and more decay.
/// </summary>
internal sealed class Lion(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Tensor _mean = zeros_like(gradients);
    private readonly double _beta2 = config.Beta2 ?? throw new ArgumentException("beta2 has no value", nameof(config));

    public IReadOnlyList<(string Name, Tensor Value)> State => [("mean", _mean)];

    public void Step(double learningRate, long step)
    {
        var direction = (_mean * Num(config.Beta1)).add_(gradients, Num(1 - config.Beta1)).sign_();
        values.Plus_(direction, -learningRate);
        _mean.mul_(Num(_beta2)).add_(gradients, Num(1 - _beta2));
    }
}
