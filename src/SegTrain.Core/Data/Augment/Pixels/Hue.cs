using System.Numerics;
using SegTrain.Core.Randomness;
using static TorchSharp.torch;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Turns the hue in HSV (A. R. Smith: Color gamut transform pairs. SIGGRAPH 1978); value and saturation stay. Grey has none.</summary>
internal sealed class Hue : IRetouch
{
    /// <summary>The turn in degrees, uniform up to the strength either way.</summary>
    public Drawn Draw(int width, int height, double strength, ref CounterRandom random) => new(random.NextSigned() * strength);

    public void Apply(Picture picture, Drawn drawn)
    {
        if (picture.Colors == 3)
            Turn(picture, drawn.A);
    }

    public Tensor Apply(Tensor colors, IReadOnlyList<Drawn> drawn)
    {
        if (colors.shape[1] != 3)
            return colors;
        var (r, g, b) = (colors.narrow(1, 0, 1), colors.narrow(1, 1, 1), colors.narrow(1, 2, 1));
        var most = r.maximum(g.maximum(b));
        var range = most - r.minimum(g.minimum(b));
        var scale = where(range.gt(Zero), range.reciprocal(), zeros_like(range));
        var hue = where(most.eq(r), ((g - b) * scale) + Num(6), where(most.eq(g), ((b - r) * scale) + Num(2), ((r - g) * scale) + Num(4)))
            .Plus(drawn.Floats(colors.device, static numbers => [Sixths(numbers.A)])[0]);
        return cat([Channel(hue + Num(5), most, range), Channel(hue + Num(3), most, range), Channel(hue + One, most, range)], 1);
    }

    public static void Turn(Picture picture, double degrees)
    {
        var turn = Sixths(degrees);
        var rest = picture.Size % Vector<float>.Count;
        var whole = picture.Size - rest;
        for (var i = 0; i < whole; i += Vector<float>.Count)
            Turn(picture.Color(0)[i..], picture.Color(1)[i..], picture.Color(2)[i..], turn);
        if (rest == 0)
            return;

        // The last pixels go the same way, in vectors that are not full.
        Span<float> padded = stackalloc float[3 * Vector<float>.Count];
        for (var color = 0; color < 3; color++)
            picture.Color(color)[whole..].CopyTo(padded[(color * Vector<float>.Count)..]);
        Turn(padded, padded[Vector<float>.Count..], padded[(2 * Vector<float>.Count)..], turn);
        for (var color = 0; color < 3; color++)
            padded.Slice(color * Vector<float>.Count, rest).CopyTo(picture.Color(color)[whole..]);
    }

    private static void Turn(Span<float> red, Span<float> green, Span<float> blue, float turn)
    {
        var (r, g, b) = (new Vector<float>(red), new Vector<float>(green), new Vector<float>(blue));
        var most = Vector.Max(r, Vector.Max(g, b));
        var range = most - Vector.Min(r, Vector.Min(g, b));

        // Sixths of the circle from red; grey has no hue and no range to show one.
        var scale = Vector.ConditionalSelect(Vector.GreaterThan(range, Vector<float>.Zero), Vector<float>.One / range, Vector<float>.Zero);
        var hue = Vector.ConditionalSelect(
            Vector.Equals(most, r),
            ((g - b) * scale) + new Vector<float>(6),
            Vector.ConditionalSelect(Vector.Equals(most, g), ((b - r) * scale) + new Vector<float>(2), ((r - g) * scale) + new Vector<float>(4)));
        hue += new Vector<float>(turn);
        Channel(hue + new Vector<float>(5), most, range).CopyTo(red);
        Channel(hue + new Vector<float>(3), most, range).CopyTo(green);
        Channel(hue + new Vector<float>(1), most, range).CopyTo(blue);
    }

    private static float Sixths(double degrees) => (float)(((degrees / 60) + 6) % 6);

    // Along the circle a channel is at its most for a third, falls for a sixth, is at its least for a third and rises again.
    private static Vector<float> Channel(Vector<float> at, Vector<float> most, Vector<float> range)
    {
        at -= Vector.Floor(at * (1 / 6f)) * 6;
        return most - (range * Vector.Min(Vector.Max(Vector.Min(at, new Vector<float>(4) - at), Vector<float>.Zero), Vector<float>.One));
    }

    private static Tensor Channel(Tensor at, Tensor most, Tensor range)
    {
        at -= (at * Num(1 / 6f)).floor() * Num(6);
        return most - (range * at.minimum(Num(4) - at).clamp(Zero, One));
    }
}
