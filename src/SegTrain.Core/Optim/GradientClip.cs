using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>Bounds on flat gradients; the device is not waited for.</summary>
internal static class GradientClip
{
    /// <summary>By value, then by norm, as the config says.</summary>
    public static void Apply(OptimizerConfig config, Tensor gradients)
    {
        if (config.ClipValue > 0) ByValue(gradients, config.ClipValue);
        if (config.ClipNorm > 0) ByNorm(gradients, config.ClipNorm);
    }

    /// <summary>Scales them so that their L2 norm is at most <paramref name="limit"/> (Pascanu et al. 2013, arXiv:1211.5063).</summary>
    public static void ByNorm(Tensor gradients, double limit)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        gradients.mul_((limit / (gradients.norm() + 1e-6)).clamp_max(1));
    }

    /// <summary>Cuts each of them to [-<paramref name="limit"/>, <paramref name="limit"/>] (Mikolov 2012, thesis, section 3.3.2).</summary>
    public static void ByValue(Tensor gradients, double limit)
    {
        using var _ = no_grad();
        gradients.clamp_(-limit, limit);
    }
}
