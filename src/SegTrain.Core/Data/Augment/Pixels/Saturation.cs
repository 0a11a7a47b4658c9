using System.Numerics;
using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Moves every colour away from the grey of its luma (ITU-R BT.601), or towards it. Grey stays.</summary>
internal sealed class Saturation : IRetouch
{
    /// <summary>By which distances from grey grow, as often above 1 as below: from 1 / (1 + strength) to 1 + strength.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(Math.Pow(1 + strength, random.NextSigned()));

    public void Apply(Picture picture, Drawn drawn)
    {
        if (picture.Colors == 3)
            Scale(picture, (float)drawn.A);
    }

    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        if (colors.shape[1] != 3)
            return colors;
        var luma = (colors.narrow(1, 0, 1) * Num(0.299f)).Plus(colors.narrow(1, 1, 1) * Num(0.587f)).Plus(colors.narrow(1, 2, 1) * Num(0.114f));
        return luma.Plus((colors - luma) * drawn.Floats(colors.device, static numbers => [(float)numbers.A])[0]).clamp(Zero, One);
    }

    public static void Scale(Picture picture, float factor)
    {
        var red = picture.Color(0);
        var green = picture.Color(1);
        var blue = picture.Color(2);
        var count = picture.Size - (picture.Size % Vector<float>.Count);
        for (var i = 0; i < count; i += Vector<float>.Count)
        {
            var (r, g, b) = (new Vector<float>(red[i..]), new Vector<float>(green[i..]), new Vector<float>(blue[i..]));
            var luma = ((r * 0.299f) + (g * 0.587f)) + (b * 0.114f);
            Moved(luma, r, factor).CopyTo(red[i..]);
            Moved(luma, g, factor).CopyTo(green[i..]);
            Moved(luma, b, factor).CopyTo(blue[i..]);
        }

        for (var i = count; i < picture.Size; i++)
        {
            var luma = ((red[i] * 0.299f) + (green[i] * 0.587f)) + (blue[i] * 0.114f);
            red[i] = Math.Clamp(luma + ((red[i] - luma) * factor), 0, 1);
            green[i] = Math.Clamp(luma + ((green[i] - luma) * factor), 0, 1);
            blue[i] = Math.Clamp(luma + ((blue[i] - luma) * factor), 0, 1);
        }
    }

    private static Vector<float> Moved(Vector<float> luma, Vector<float> value, float factor) =>
        Vector.Min(Vector.Max(luma + ((value - luma) * factor), Vector<float>.Zero), Vector<float>.One);
}
