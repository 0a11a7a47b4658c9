using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>
/// Rectified Adam (Liu et al. 2020, arXiv:1908.03265): with R = 2 / (1 - b2) - 1 and r = R - 2 t b2^t / (1 - b2^t), the step is
/// lr m' q / (sqrt(v') + eps) where q^2 = (r - 4) (r - 2) R / ((R - 4) (R - 2) r); while r is 5 or less it is lr m', without v.
/// As PyTorch has it, eps stands beside the root of v before its correction.
/// </summary>
internal sealed class RAdam(OptimizerConfig config, Tensor values, Tensor gradients) : IUpdateRule
{
    private readonly Moments _moments = new(config, gradients);

    public IReadOnlyList<(string Name, Tensor Value)> State => _moments.State;

    public void Step(double learningRate, long step)
    {
        _moments.Add(gradients);
        var correction = _moments.Correction(step);
        var longest = 2 / (1 - config.Beta2!.Value) - 1;
        var length = longest - 2 * (step + 1) * (1 - correction) / correction;
        var rate = -learningRate / (1 - Math.Pow(config.Beta1, step + 1));
        if (length <= 5)
        {
            values.Plus_(_moments.Mean, rate);
            return;
        }
        var q = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        using var rectified = Passing(rate * q * Math.Sqrt(correction));
        values.addcdiv_(_moments.Mean, _moments.Square.sqrt().Plus_(Num(config.Eps)), rectified);
    }
}
