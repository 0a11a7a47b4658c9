using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Adam (Kingma &amp; Ba 2015, arXiv:1412.6980), and with decoupled decay AdamW (Loshchilov &amp; Hutter 2019, arXiv:1711.05101):
/// m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - lr m' / (sqrt(v') + eps), where m' = m / (1 - b1^t), v' = v / (1 - b2^t).
/// </summary>
internal sealed class Adam(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Moments _moments = new(config, gradients);

    public IReadOnlyList<(string Name, Tensor Value)> State => _moments.State;

    public void Step(double learningRate, long step)
    {
        _moments.Add(gradients);
        using var rate = Passing(-learningRate / (1 - Math.Pow(config.Beta1, step + 1)));
        values.addcdiv_(_moments.Mean, _moments.Root(step), rate);
    }
}
