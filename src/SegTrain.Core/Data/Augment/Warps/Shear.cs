using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

internal sealed class Shear : IWarp
{
    /// <param name="warp">The warp so far.</param>
    /// <param name="strength">The largest angle, in degrees.</param>
    /// <param name="random">Draws one angle for each axis, uniformly.</param>
    public Warp Draw(Warp warp, double strength, ref CounterRandom random)
    {
        var x = Math.Tan(random.NextSigned() * strength * Math.PI / 180);
        var y = Math.Tan(random.NextSigned() * strength * Math.PI / 180);
        return warp.After(1, x, 0, 1).After(1, 0, y, 1);
    }
}
