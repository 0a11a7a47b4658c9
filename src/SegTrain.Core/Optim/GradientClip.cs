using static TorchSharp.torch;

namespace SegTrain.Core.Optim;

/// <summary>Clipping by the global norm (Pascanu et al. 2013, arXiv:1211.5063).</summary>
internal static class GradientClip
{
    /// <summary>Scales <paramref name="gradients"/> so that their L2 norm is at most <paramref name="limit"/>; the device is not waited for.</summary>
    public static void ByNorm(Tensor gradients, double limit)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        gradients.mul_((limit / (gradients.norm() + 1e-6)).clamp_max(1));
    }
}
