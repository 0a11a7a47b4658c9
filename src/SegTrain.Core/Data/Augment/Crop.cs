using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>A window at a random place. Along a side on which the image is smaller, the image lies at a random place in the window.</summary>
internal static class Crop
{
    /// <param name="view">The sample, turned already: the window gives all samples their common size, whichever way they were turned.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="height">Of the window, in pixels.</param>
    /// <param name="foreground">Probability that the window is laid over a pixel that <see cref="ClassPixels.Draw"/> finds, at a random place in it.</param>
    /// <param name="random">Draws the place.</param>
    public static SampleView Place(SampleView view, int width, int height, double foreground, ref CounterRandom random)
    {
        if (foreground > 0 && random.NextDouble() < foreground && view.Sample.Classes.Draw(ref random) is (var x, var y))
        {
            var wanted = view.Find(x, y);
            return view.Crop(Over(wanted.X, width, view.Width - width, ref random), Over(wanted.Y, height, view.Height - height, ref random), width, height);
        }

        var left = Start(view.Width - width, ref random);
        var top = Start(view.Height - height, ref random);
        return view.Crop(left, top, width, height);
    }

    private static int Start(int room, ref CounterRandom random) => Math.Sign(room) * random.NextInt(Math.Abs(room) + 1);

    private static int Over(int wanted, int size, int room, ref CounterRandom random) =>
        room <= 0 ? Start(room, ref random) : Math.Clamp(wanted - random.NextInt(size), 0, room);
}
