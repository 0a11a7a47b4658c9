using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment.Pixels;

/// <summary>Turns the hue in HSV (A. R. Smith: Color gamut transform pairs. SIGGRAPH 1978); value and saturation stay. Grey has none.</summary>
internal sealed class Hue : IRetouch
{
    /// <param name="picture">The picture.</param>
    /// <param name="strength">The largest turn, in degrees.</param>
    /// <param name="random">Draws the turn, uniformly.</param>
    public void Apply(Picture picture, double strength, ref CounterRandom random)
    {
        var degrees = random.NextSigned() * strength;
        if (picture.Colors == 3)
            Turn(picture, degrees);
    }

    public static void Turn(Picture picture, double degrees)
    {
        var turn = (float)(((degrees / 60) + 6) % 6);
        var (reds, greens, blues) = (0, picture.Size, 2 * picture.Size);
        var all = picture.All;
        for (var i = 0; i < picture.Size; i++)
        {
            var (r, g, b) = (all[reds + i], all[greens + i], all[blues + i]);
            var most = Math.Max(r, Math.Max(g, b));
            var range = most - Math.Min(r, Math.Min(g, b));
            if (range == 0)
                continue;

            // Sixths of the circle from red.
            var hue = turn + (most == r ? ((g - b) / range) + 6 : most == g ? ((b - r) / range) + 2 : ((r - g) / range) + 4);
            all[reds + i] = Channel(hue + 5, most, range);
            all[greens + i] = Channel(hue + 3, most, range);
            all[blues + i] = Channel(hue + 1, most, range);
        }
    }

    // Along the circle a channel is at its most for a third, falls for a sixth, is at its least for a third and rises again.
    private static float Channel(float at, float most, float range)
    {
        at -= 6 * (int)(at / 6);
        return most - (range * Math.Clamp(Math.Min(at, 4 - at), 0, 1));
    }
}
