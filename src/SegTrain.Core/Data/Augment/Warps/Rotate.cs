using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Warps;

internal sealed class Rotate : IWarp
{
    /// <param name="warp">The warp so far.</param>
    /// <param name="strength">The largest angle, in degrees.</param>
    /// <param name="random">Draws the angle, uniformly.</param>
    public Warp Draw(Warp warp, double strength, ref CounterRandom random)
    {
        var (sin, cos) = Math.SinCos(random.NextSigned() * strength * Math.PI / 180);
        return warp.After(cos, -sin, sin, cos);
    }
}
