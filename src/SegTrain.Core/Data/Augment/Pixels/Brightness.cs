using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Brightness : IRetouch
{
    /// <param name="picture">The picture.</param>
    /// <param name="strength">The most that is added or taken away; 1 is from black to white.</param>
    /// <param name="random">Draws it, uniformly.</param>
    public void Apply(Picture picture, double strength, ref CounterRandom random) =>
        Levels.Stretch(picture.All, 1, (float)(random.NextSigned() * strength));
}
