using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Models;

/// <summary>
/// Drops whole channels, whose pixels are too much alike to be dropped one by one (Tompson et al. 2015, arXiv:1411.4280): in training a
/// channel of an image is 0 with probability <paramref name="rate"/> and else divided by 1 - rate; in inference nothing changes.
/// </summary>
/// <remarks>
/// What is dropped is a pure function of seed, step, layer and the image's place in the batch, so that a resumed run, or one that takes its
/// batches in parts, drops the same.
/// </remarks>
/// <param name="rate">Probability, from 0 to below 1.</param>
/// <param name="layer">A number that no two layers of a net share.</param>
internal sealed class ChannelDropout(double rate, int layer)
{
    /// <param name="x">(N, C, H, W).</param>
    /// <param name="pass">Its seed, step and first image decide.</param>
    /// <returns>The same shape, in the caller's dispose scope; <paramref name="x"/> itself where nothing is dropped.</returns>
    public Tensor Forward(Tensor x, Pass pass)
    {
        if (rate == 0 || !pass.Training) return x;
        using var scope = NewDisposeScope();
        var random = new CounterRandom(pass.Seed, RandomStream.Dropout, unchecked((int)pass.Step), layer);
        var (images, channels) = (x.shape[0], x.shape[1]);
        var before = pass.First * (int)channels;
        var factors = new float[before + (images * channels)];
        foreach (ref var factor in factors.AsSpan()) factor = random.NextDouble() < rate ? 0 : (float)(1 / (1 - rate));
        return (x * tensor(factors[before..], [images, channels, 1, 1]).to(x.device).to(x.dtype)).MoveToOuterDisposeScope();
    }
}
