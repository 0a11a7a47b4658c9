using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>Bounds on flat gradients; the device is not waited for.</summary>
internal static class GradientClip
{
    /// <summary>By value, then by norm, as the config says.</summary>
    /// <returns>The L2 norm before that by norm, in the caller's dispose scope.</returns>
    public static Tensor Apply(OptimizerConfig config, Tensor gradients)
    {
        using var _ = no_grad();
        if (config.ClipValue > 0) ByValue(gradients, config.ClipValue);
        var norm = gradients.norm();
        if (config.ClipNorm > 0) Scale(gradients, norm, config.ClipNorm);
        return norm;
    }

    /// <summary>Scales them so that their L2 norm is at most <paramref name="limit"/> (Pascanu et al. 2013, arXiv:1211.5063).</summary>
    public static void ByNorm(Tensor gradients, double limit)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        Scale(gradients, gradients.norm(), limit);
    }

    /// <summary>Cuts each of them to [-<paramref name="limit"/>, <paramref name="limit"/>] (Mikolov 2012, thesis, section 3.3.2).</summary>
    public static void ByValue(Tensor gradients, double limit)
    {
        using var _ = no_grad();
        gradients.clamp_(Num(-limit), Num(limit));
    }

    private static void Scale(Tensor gradients, Tensor norm, double limit) => gradients.mul_((Num(limit) / (norm + Num(1e-6))).clamp_max(One));
}
