using SegTrain.Core.Randomness;

namespace SegTrain.Core.Data.Augment;

/// <summary>A window at a random place. Along a side on which the image is smaller, the image lies at a random place in the window.</summary>
internal static class Crop
{
    // It comes after the turns: it gives all images their common size, whichever way they were turned.
    public static SampleView Place(SampleView view, int width, int height, ref CounterRandom random)
    {
        var left = Start(view.Width - width, ref random);
        var top = Start(view.Height - height, ref random);
        return view.Crop(left, top, width, height);
    }

    private static int Start(int room, ref CounterRandom random) => Math.Sign(room) * random.NextInt(Math.Abs(room) + 1);
}
