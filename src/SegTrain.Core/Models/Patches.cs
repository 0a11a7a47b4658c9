using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Squares of pixels as channels and back (Shi et al. 2016, arXiv:1609.05158).</summary>
internal static class Patches
{
    /// <summary>(N, C, pH, pW) to (N, C p^2, H, W); the channels of one pixel's square follow each other row by row.</summary>
    /// <example>p = 2: the square [[1, 2], [3, 4]] becomes the channels 1, 2, 3, 4 of one pixel.</example>
    public static Tensor Fold(Tensor x, int p)
    {
        if (p == 1) return x;
        var (n, c, height, width) = (x.shape[0], x.shape[1], x.shape[2] / p, x.shape[3] / p);
        return x.reshape(n, c, height, p, width, p).permute(0, 1, 3, 5, 2, 4).reshape(n, c * p * p, height, width);
    }

    /// <summary>What <see cref="Fold"/> undoes: (N, C p^2, H, W) to (N, C, pH, pW).</summary>
    public static Tensor Unfold(Tensor x, int p)
    {
        if (p == 1) return x;
        var (n, c, height, width) = (x.shape[0], x.shape[1] / (p * p), x.shape[2], x.shape[3]);
        return x.reshape(n, c, p, p, height, width).permute(0, 1, 4, 2, 5, 3).reshape(n, c, height * p, width * p);
    }
}
