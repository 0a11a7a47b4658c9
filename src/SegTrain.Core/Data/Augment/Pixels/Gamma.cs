using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

internal sealed class Gamma : IRetouch
{
    private const int Steps = 2048;

    /// <summary>The exponent, as often above 1 as below: from 1 / (1 + strength) to 1 + strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(Math.Pow(1 + strength, random.NextSigned()));

    public void Apply(Picture picture, Drawn drawn) => Raise(picture.All, drawn.A);

    /// <summary>
    /// A device has time for exact powers; so its colours differ from the loader's by what is between those of <see cref="Raise"/>. An interpolated colour may
    /// lie below 0 by a rounding, where a power is no number.
    /// </summary>
    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn) => colors.clamp_min(Zero).pow(drawn.Floats(colors.device, static numbers => [(float)numbers.A])[0]);

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
