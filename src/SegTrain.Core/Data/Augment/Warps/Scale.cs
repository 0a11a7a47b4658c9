using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

internal sealed class Scale : IWarp
{
    /// <param name="warp">The warp so far.</param>
    /// <param name="strength">From 1 / (1 + strength) to 1 + strength.</param>
    /// <param name="random">Draws the factor, as often above 1 as below.</param>
    public Warp Draw(Warp warp, double strength, ref CounterRandom random)
    {
        var factor = Math.Pow(1 + strength, random.NextSigned());
        return warp.After(factor, 0, 0, factor);
    }
}
