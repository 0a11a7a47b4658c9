using SegTrain.Core.Engine;
using SegTrain.Kernels;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>Mean and variance of each channel over the batches that have been seen, float32, contiguous, on a CPU.</summary>
/// <param name="Mean">(C).</param>
/// <param name="Variance">(C), the expected one: n / (n - 1) times that of the n values of a batch.</param>
internal readonly unsafe record struct RunningMoments(Tensor Mean, Tensor Variance)
{
    public ChannelMoments[] Read()
    {
        float* mean = DenseMemory.Floats(Mean), variance = DenseMemory.Floats(Variance);
        var moments = new ChannelMoments[Mean.NumberOfElements];
        for (var c = 0; c < moments.Length; c++) moments[c] = new(mean[c], variance[c]);
        return moments;
    }

    /// <summary>(1 - share) of what was, and a share of a batch.</summary>
    public void Follow(ChannelMoments[] batch, double values, double share)
    {
        float* mean = DenseMemory.Floats(Mean), variance = DenseMemory.Floats(Variance);
        for (var c = 0; c < batch.Length; c++)
        {
            mean[c] = (float)((1 - share) * mean[c] + share * batch[c].Mean);
            variance[c] = (float)((1 - share) * variance[c] + share * batch[c].Variance * values / (values - 1));
        }
    }
}
