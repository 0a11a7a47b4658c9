using TorchSharp;

namespace SegTrain.LibTorch.Interop;

/// <summary>The operators of our own in native/torch, which walk through memory less often than the LibTorch operators that they stand for.</summary>
internal static class Layers
{
    private static readonly Operator s_batchNormRelu = new("segtrain::batch_norm_relu");
    private static readonly Operator s_catPixelShuffle = new("segtrain::cat_pixel_shuffle");
    private static readonly Operator s_convolution3x3 = new("segtrain::convolution3x3");
    private static readonly Operator s_maxPool2x2 = new("segtrain::max_pool2x2");
    private static readonly Operator s_regionSums = new("segtrain::region_sums");

    /// <summary>relu(batch_norm(x)); in training the running statistics follow in place.</summary>
    internal static torch.Tensor BatchNormRelu(
        torch.Tensor x, torch.Tensor weight, torch.Tensor bias, torch.Tensor runningMean, torch.Tensor runningVar, bool training, double momentum, double eps) =>
        s_batchNormRelu.Call(x, weight, bias, runningMean, runningVar, training, momentum, eps);

    /// <summary>conv2d with weights (D, C, 3, 3), stride 1 and padding 1, and a ReLU if wanted: (N, C, H, W) to (N, D, H, W).</summary>
    internal static torch.Tensor Convolution3x3(torch.Tensor x, torch.Tensor weight, torch.Tensor? bias, bool relu) => s_convolution3x3.Call(x, weight, bias, relu);

    /// <summary>The largest of each 2x2 block (N, C, H, W) to (N, C, H/2, W/2).</summary>
    internal static torch.Tensor MaxPool2x2(torch.Tensor x) => s_maxPool2x2.Call(x);

    /// <summary>cat(skip, pixel_shuffle(blocks, 2)): (N, A, 2H, 2W) and (N, 4B, H, W) to (N, A + B, 2H, 2W).</summary>
    internal static torch.Tensor CatPixelShuffle(torch.Tensor skip, torch.Tensor blocks) => s_catPixelShuffle.Call(skip, blocks);

    /// <summary>
    /// Sums over the pixels of each image and class, (N, C) each: of the probabilities (N, C, P) inside the class, of all of them, and the number of
    /// pixels inside. On the CPU, float32; the targets are bytes: planes (N, C, P), 1 inside, or class numbers (N, 1, P).
    /// </summary>
    internal static (torch.Tensor Overlap, torch.Tensor Prediction, torch.Tensor Target) RegionSums(torch.Tensor probabilities, torch.Tensor targets, long ignore) =>
        s_regionSums.CallTriple(probabilities, targets, ignore);
}
