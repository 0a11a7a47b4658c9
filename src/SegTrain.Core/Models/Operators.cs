using SegTrain.Core.Engine;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// What the layers of a net are made of, each with the ReLU or the rearrangement that always goes with it: of float32 on a CPU by a kernel of ours, which walks
/// through memory as seldom as the layer allows, where LibTorch's operators do so once for each step.
/// </summary>
internal static class Operators
{
    /// <summary>What batch normalisation adds to a variance.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>relu(batch_norm(x)) over (N, C, H, W); in training by the batch's statistics, of which the running ones take a share, the momentum.</summary>
    public static Tensor BatchNormRelu(Tensor x, Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, double momentum) =>
        DenseMemory.IsOurs(x) ? BatchNormReluFunction.Apply(x, scale, shift, new(runningMean, runningVariance), training ? momentum : null)
        : nn.functional.batch_norm(x, runningMean, runningVariance, scale, shift, training, momentum, Epsilon).relu_();

    /// <summary>The largest of each 2x2 block: (N, C, H, W), H and W even, to (N, C, H/2, W/2).</summary>
    public static Tensor MaxPool2x2(Tensor x) => DenseMemory.IsOurs(x) ? MaxPoolFunction.Apply(x) : nn.functional.max_pool2d(x, 2);

    /// <summary>Joins the channels of a skip (N, A, 2H, 2W) and of pixel_shuffle(blocks, 2), blocks being (N, 4B, H, W).</summary>
    public static Tensor CatPixelShuffle(Tensor skip, Tensor blocks) =>
        DenseMemory.IsOurs(skip) && DenseMemory.IsOurs(blocks) ? CatPixelShuffleFunction.Apply(skip, blocks) : cat([skip, nn.functional.pixel_shuffle(blocks, 2)], 1);
}
