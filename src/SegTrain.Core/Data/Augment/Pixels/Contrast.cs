using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Contrast : IRetouch
{
    /// <summary>By which differences from the mean over all colours grow, as often above 1 as below: from 1 / (1 + strength) to 1 + strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(Math.Pow(1 + strength, random.NextSigned()));

    public void Apply(Picture picture, Drawn drawn)
    {
        var factor = (float)drawn.A;
        Levels.Stretch(picture.All, factor, Levels.Mean(picture.All) * (1 - factor));
    }

    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        var factor = drawn.Floats(colors.device, static numbers => [(float)numbers.A])[0];
        return (colors * factor).Plus(Levels.Mean(colors, 1, 2, 3) * (One - factor)).clamp(Zero, One);
    }
}
