using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Training;

/// <summary>
/// A batch in which each image is blended with the next one, and whose loss is that of both truths in the same shares (Zhang et al. 2018,
/// arXiv:1710.09412). It is done on the device, after all that changes single images.
/// </summary>
/// <param name="Share">Of the image itself, from 0.5; 1 leaves it as it is.</param>
internal readonly record struct Mixup(double Share)
{
    /// <param name="alpha">Of the distribution Beta(alpha, alpha), from 0 to 1; 0 blends nothing.</param>
    /// <param name="seed">Of the run.</param>
    /// <param name="pass">A number that no two passes of a run share.</param>
    public static Mixup Draw(double alpha, long seed, long pass)
    {
        if (alpha == 0) return new(1);
        var random = new CounterRandom((ulong)seed, RandomStream.Mixup, (int)(pass >> 32), (int)pass);
        while (true)
        {
            // Jöhnk's method (1964).
            var (x, y) = (Math.Pow(random.NextDouble(), 1 / alpha), Math.Pow(random.NextDouble(), 1 / alpha));
            // With a tiny alpha both may underflow, and nearly all of the sum would be one of them.
            if (x + y == 0) return new(1);
            if (x + y <= 1) return new(Math.Max(x, y) / (x + y));
        }
    }

    /// <returns>The batch with its images blended, and the batch that is blended into it.</returns>
    public (DeviceBatch Own, DeviceBatch Next) Blend(DeviceBatch batch)
    {
        if (Share == 1) return (batch, batch);
        var next = new DeviceBatch(Next(batch.Images), Next(batch.Targets), batch.Distances is null ? null : Next(batch.Distances));
        return (batch with { Images = batch.Images.Times(Share).Plus(next.Images.Times(1 - Share)) }, next);
    }

    /// <param name="loss">From the truth of a batch to a scalar.</param>
    /// <param name="own">The blended images, or some of them.</param>
    /// <param name="next">Those that are blended into them.</param>
    public Tensor Loss(Func<DeviceBatch, Tensor> loss, DeviceBatch own, DeviceBatch next) =>
        Share == 1 ? loss(own) : loss(own).Times(Share).Plus(loss(next).Times(1 - Share));

    private static Tensor Next(Tensor x) => cat([x.narrow(0, 1, x.shape[0] - 1), x.narrow(0, 0, 1)], 0);
}
