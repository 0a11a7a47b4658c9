using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Gamma : IRetouch
{
    private const int Steps = 2048;

    /// <summary>The exponent, as often above 1 as below: from 1 / (1 + strength) to 1 + strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(Math.Pow(1 + strength, random.NextSigned()));

    public void Apply(Picture picture, Drawn drawn) => Raise(picture.All, drawn.A);

    /// <summary>value ^ exponent, linear between 2049 exact ones: a power for each pixel would take longer than all else.</summary>
    public static void Raise(Span<float> values, double exponent)
    {
        Span<float> powers = stackalloc float[Steps + 1];
        for (var i = 0; i <= Steps; i++)
            powers[i] = (float)Math.Pow(i / (double)Steps, exponent);
        foreach (ref var value in values)
        {
            var at = value * Steps;
            var step = Math.Min((int)at, Steps - 1);
            value = powers[step] + ((powers[step + 1] - powers[step]) * (at - step));
        }
    }
}
