using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>Running means of the gradients and of their squares, m = b1 m + (1 - b1) g and v = b2 v + (1 - b2) g^2.</summary>
internal sealed class Moments(OptimizerConfig config, Tensor gradients)
{
    private readonly double _beta2 = config.Beta2 ?? throw new ArgumentException("beta2 has no value", nameof(config));

    public Tensor Mean { get; } = zeros_like(gradients);

    public Tensor Square { get; } = zeros_like(gradients);

    public IReadOnlyList<(string Name, Tensor Value)> State => [("mean", Mean), ("square", Square)];

    public void Add(Tensor gradients)
    {
        Mean.mul_(Num(config.Beta1)).add_(gradients, Num(1 - config.Beta1));
        Square.mul_(Num(_beta2)).addcmul_(gradients, gradients, Num(1 - _beta2));
    }

    /// <summary>1 - b2^t, by which v is too small after t = step + 1 steps.</summary>
    public double Correction(long step) => 1 - Math.Pow(_beta2, step + 1);

    /// <summary>sqrt(v / (1 - b2^t)) + eps.</summary>
    public Tensor Root(long step)
    {
        using var correction = Passing(Math.Sqrt(Correction(step)));
        return Square.sqrt().div_(correction).Plus_(Num(config.Eps));
    }
}
