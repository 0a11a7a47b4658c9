using SegTrain.Core.Onnx;
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

    /// <summary>Adds <see cref="Fold"/> to a graph; the images have so many channels.</summary>
    public static string ExportFold(OnnxGraph graph, string x, int channels, int p)
    {
        if (p == 1) return x;
        // ONNX has all channels of a square's first pixel first; of one channel that is our order.
        var folded = graph.SpaceToDepth(x, p);
        return channels == 1 ? folded : graph.Channels(folded, [.. from c in Enumerable.Range(0, channels) from pixel in Enumerable.Range(0, p * p) select (long)pixel * channels + c]);
    }

    /// <summary>Adds <see cref="Unfold"/> to a graph.</summary>
    public static string ExportUnfold(OnnxGraph graph, string x, int p) => p == 1 ? x : graph.DepthToSpace(x, p);
}
