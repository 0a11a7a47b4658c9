using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Contrast : IRetouch
{
    /// <param name="picture">The picture; differences from its mean over all colours grow or shrink.</param>
    /// <param name="strength">By a factor from 1 / (1 + strength) to 1 + strength.</param>
    /// <param name="random">Draws the factor, as often above 1 as below.</param>
    public void Apply(Picture picture, double strength, ref CounterRandom random)
    {
        var factor = (float)Math.Pow(1 + strength, random.NextSigned());
        Levels.Stretch(picture.All, factor, Levels.Mean(picture.All) * (1 - factor));
    }
}
